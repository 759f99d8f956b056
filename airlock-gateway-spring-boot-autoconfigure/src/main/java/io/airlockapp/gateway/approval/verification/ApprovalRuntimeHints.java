/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.guard.OpenTransactions;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.aop.support.DelegatePerTargetObjectIntroductionInterceptor;
import org.springframework.aop.support.DelegatingIntroductionInterceptor;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.core.GenericTypeResolver;

/**
 * Registers the metadata that the guard needs in a native image: the annotations, the
 * libraries whose presence it checks, methods of Spring that it calls by reflection, and
 * the types with guarded methods. Without these hints, an open transaction would not be
 * detected, or a masked value would be shown to the approver.
 */
final class ApprovalRuntimeHints implements RuntimeHintsRegistrar {

	private static final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (Class<?> annotation : new Class<?>[] { RequiresAirlockApproval.class, AirlockSensitive.class,
				AirlockOmitted.class }) {
			hints.reflection().registerType(annotation, MemberCategory.INVOKE_DECLARED_METHODS);
			hints.proxies().registerJdkProxy(annotation);
		}
		for (String library : new String[] { AsynchronousTypes.REACTOR, OpenTransactions.TRANSACTIONS }) {
			hints.reflection().registerTypeIfPresent(classLoader, library);
		}
		for (Class<?> json : new Class<?>[] { ObjectNode.class, ArrayNode.class }) {
			hints.reflection().registerType(json, (type) -> type.withField(SnapshotWriter.JSON_CONTENT));
		}
		hints.reflection()
			.registerType(DelegatingIntroductionInterceptor.class, (type) -> type.withField(GuardedProxies.DELEGATE))
			.registerType(DelegatePerTargetObjectIntroductionInterceptor.class,
					(type) -> type.withField(GuardedProxies.DELEGATE_TYPE));
		hints.reflection().registerMethod(ExistingBeans.productAccessor(), ExecutableMode.INVOKE);
		hints.reflection().registerMethod(ApprovalProxyVerifier.advisorsAccessor(), ExecutableMode.INVOKE);
		hints.reflection()
			.registerTypeIfPresent(classLoader, OpenTransactions.TEST_MANAGED,
					MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
	}

	/**
	 * Register everything that can have the annotations of a type with guarded methods,
	 * and of their arguments, whose accessors are read in their class files.
	 */
	static void register(Class<?> type, RuntimeHints hints) {
		hierarchy(type).forEach((current) -> hints.reflection()
			.registerType(current, MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.ACCESS_DECLARED_FIELDS,
					MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
		GuardedMethods.of(type)
			.stream()
			.flatMap((method) -> Arrays.stream(method.getGenericParameterTypes()))
			.map((parameter) -> GenericTypeResolver.resolveType(parameter, type))
			.distinct()
			.forEach((argument) -> registerArgument(argument, hints, type.getClassLoader()));
	}

	private static void registerArgument(Type argument, RuntimeHints hints, @Nullable ClassLoader classLoader) {
		binding.registerReflectionHints(hints.reflection(), argument);
		ReflectionHints bound = new ReflectionHints();
		binding.registerReflectionHints(bound, argument);
		bound.typeHints()
			.map((hint) -> hint.getType().getName())
			.flatMap((name) -> Stream.ofNullable(LibraryTypes.find(name, classLoader)))
			.flatMap(ApprovalRuntimeHints::hierarchy)
			.distinct()
			.forEach((type) -> {
				hints.reflection()
					.registerType(type, MemberCategory.ACCESS_DECLARED_FIELDS,
							MemberCategory.INVOKE_DECLARED_CONSTRUCTORS, MemberCategory.INVOKE_DECLARED_METHODS);
				hints.resources().registerType(type);
			});
	}

	/**
	 * Return a type and all its superclasses and interfaces, except for those of Java.
	 */
	private static Stream<Class<?>> hierarchy(Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.filter((current) -> !current.getName().startsWith("java.") && !current.isPrimitive() && !current.isArray())
			.distinct();
	}

}
