/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.snapshot.ClassFiles;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.core.NativeDetector;

/**
 * Refuses objects without a lock whose own code refers to one of their guarded methods,
 * since it could call that method on the object itself, past the proxy. Their code is
 * that of the class, of its superclasses and interfaces, and of the nested classes of
 * these. Where the receiver comes from does not matter. Only a guarded method without a
 * condition may call others with the same approvers, directly in its body, which is part
 * of what is approved. Of an object with a lock, only calls with {@code super} count,
 * which the lock does not see, and calls by guarded methods of a library, which the lock
 * would deny after the approval.
 */
final class SelfCalls {

	private static final ClassValue<SelfCalls> known = LibraryTypes.cache(SelfCalls::new);

	/**
	 * The names of functions, with what Kotlin adds to those of the methods that it
	 * generates for default arguments, and to call the code of an interface.
	 */
	private static final Pattern NAME = Pattern.compile("(?:access\\$)?(.+?)(?:\\$default)?(?:\\$jd)?");

	private static final String OF_INTERFACE = "$jd";

	/**
	 * The ending of the names of the classes with the code of Kotlin's interfaces.
	 */
	private static final String DEFAULT_IMPLEMENTATIONS = "$DefaultImpls";

	private final Class<?> type;

	/**
	 * The guarded methods by their name and descriptor.
	 */
	private final Map<String, Method> guarded = new LinkedHashMap<>();

	private final Set<String> hierarchy;

	private @Nullable String obstacle;

	private @Nullable String obstacleOfLocked;

	private SelfCalls(Class<?> type) {
		Set<Method> methods = LockedClasses.findMethods(type);
		this.type = type;
		// The subclass first: that is the method which runs
		methods.forEach((method) -> this.guarded.putIfAbsent(ClassFiles.nameAndDescriptor(method), method));
		this.hierarchy = LibraryTypes.hierarchy(type).map(Type::getInternalName).collect(Collectors.toSet());
		// A native image has no class files of beans, its build has read them
		if (!methods.isEmpty() && !NativeDetector.inNativeImage()) {
			Calls calls = new Calls();
			LibraryTypes.hierarchy(type).filter(SelfCalls::hasCode).forEach(calls::read);
		}
	}

	/**
	 * Return whether a type has code of its own: a JDK proxy and the class of a lambda
	 * expression only pass calls on.
	 */
	private static boolean hasCode(Class<?> type) {
		return type != Object.class && !Proxy.isProxyClass(type) && !(type.isHidden() && type.isSynthetic());
	}

	/**
	 * Require that the code of an object does not refer to its guarded methods.
	 * @param type the class of the object
	 * @param beanName the name of the bean
	 * @param locked whether the guarded methods of the object are locked
	 * @throws UnguardableMethodException if it does, or cannot be read
	 */
	static void requireNone(Class<?> type, String beanName, boolean locked) {
		SelfCalls calls = known.get(type);
		String obstacle = locked ? calls.obstacleOfLocked : calls.obstacle;
		if (obstacle != null) {
			throw UnguardableMethodException
				.withRemedy("Bean '%s' cannot be guarded: %s".formatted(beanName, obstacle), locked
						? "Move the guarded method to a bean of its own."
						: "Move the guarded method to a bean of its own. If the object is never to call it, let Spring create the "
								+ "object from its class, as a component or with @Import: it then denies such calls when they are made.");
		}
	}

	/**
	 * Return the guarded methods that a method is, or that Kotlin generated it for.
	 */
	private List<Method> find(String owner, String name, String descriptor) {
		boolean ofKotlin = owner.endsWith(DEFAULT_IMPLEMENTATIONS);
		String type = ofKotlin ? owner.substring(0, owner.length() - DEFAULT_IMPLEMENTATIONS.length()) : owner;
		if (!this.hierarchy.contains(type)) {
			return List.of();
		}
		String declared = Calls.declaredName(name);
		return (ofKotlin || !declared.equals(name))
				? this.guarded.values().stream().filter((method) -> method.getName().equals(declared)).toList()
				: Stream.ofNullable(this.guarded.get(name + descriptor)).toList();
	}

	private void refuse(boolean unlocked, boolean locked, String obstacle) {
		if (unlocked) {
			this.obstacle = obstacle;
		}
		if (locked) {
			this.obstacleOfLocked = obstacle;
		}
	}

	/**
	 * Finds the references to guarded methods.
	 */
	private final class Calls extends MethodReferences {

		@Override
		void visitUnreadable(String owner, Class<?> member) {
			refuse(true, !LibraryTypes.contain(member),
					"%s requires approval, but the class file of %s cannot be read, so calls on the object itself (this) cannot be excluded"
						.formatted(SelfCalls.this.type.getName(), owner.replace('/', '.')));
		}

		@Override
		void visitReference(Code code, Reference reference) {
			String method = code.name();
			String name = reference.name();
			List<Method> called = find(reference.owner(), name, reference.descriptor());
			if (called.isEmpty()) {
				return;
			}
			// Static code is approved with a method only if Kotlin generated it for that
			boolean ofKotlin = isGenerated(method) || code.owner().endsWith(DEFAULT_IMPLEMENTATIONS);
			List<Method> callers = (ofKotlin == ((code.access() & Opcodes.ACC_STATIC) != 0))
					? find(code.owner(), method, code.descriptor()) : List.of();
			boolean generated = isGenerated(method) || (code.access() & Opcodes.ACC_BRIDGE) != 0;
			boolean direct = reference.bySuper() || reference.owner().endsWith(DEFAULT_IMPLEMENTATIONS)
					|| name.endsWith(OF_INTERFACE);
			boolean same = generated ? declaredName(name).equals(declaredName(method))
					: direct && areSame(callers, called);
			boolean inGuarded = reference.isCall() && !callers.isEmpty();
			boolean covered = inGuarded && (same || cover(callers, called));
			boolean denied = inGuarded && !direct && !generated && LibraryTypes.contain(code.member());
			refuse(!covered, denied || (direct && !covered),
					"%s.%s requires approval, but %s.%s refers to it, and could call it on the object itself (this), past the proxy%s"
						.formatted(SelfCalls.this.type.getName(), declaredName(name), code.owner().replace('/', '.'),
								method,
								(inGuarded && !covered) ? " and without an approval by the same approvers" : ""));
		}

		/**
		 * Return whether the called methods are the callers, or are overridden by them.
		 */
		private boolean areSame(List<Method> callers, List<Method> called) {
			return called.equals(callers) || (!callers.isEmpty() && callers.stream()
				.flatMap((caller) -> MethodDeclarations.of(caller, SelfCalls.this.type))
				.toList()
				.containsAll(called));
		}

		/**
		 * Return whether each call of one of the methods was approved by those who
		 * approve the others.
		 */
		private boolean cover(List<Method> callers, List<Method> called) {
			Class<?> type = SelfCalls.this.type;
			return callers.stream()
				.allMatch((caller) -> !ApprovalAttributeSource.isConditional(caller, type) && called.stream()
					.allMatch((each) -> ApprovalAttributeSource.haveSameApprovers(caller, each, type)));
		}

		private static boolean isGenerated(String name) {
			return !declaredName(name).equals(name);
		}

		/**
		 * Return the name of the function that a method generated by Kotlin calls.
		 */
		private static String declaredName(String name) {
			Matcher matcher = NAME.matcher(name);
			return matcher.matches() ? matcher.group(1) : name;
		}

	}

}
