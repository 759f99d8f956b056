/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.ClassFiles;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Refuses functions that require approval and belong to no bean: those of the companion
 * object of a bean's class, and top-level functions in the source file of that class.
 */
final class KotlinFunctions {

	private static final ClassValue<Optional<Method>> known = LibraryTypes.cache(KotlinFunctions::findGuarded);

	private KotlinFunctions() {
	}

	/**
	 * Require that no function beside a class requires approval.
	 * @throws UnguardableMethodException if one does
	 */
	static void requireNoneGuarded(Class<?> type, String beanName) {
		if (KotlinDetector.isKotlinType(type)) {
			known.get(type).ifPresent((method) -> {
				throw UnguardableMethodException.withRemedy(
						("%s requires approval, but cannot be guarded: the function belongs to a companion object or to a file, "
								+ "and not to the bean '%s'")
							.formatted(ClassUtils.getQualifiedMethodName(method), beanName),
						"Make it a function of the class.");
			});
		}
	}

	private static Optional<Method> findGuarded(Class<?> type) {
		try {
			return Stream.concat(companions(type), topLevel(type))
				.flatMap((owner) -> GuardedMethods.of(owner).stream())
				.findFirst();
		}
		catch (LinkageError ex) {
			// A class that cannot be loaded has no function that is called
			return Optional.empty();
		}
	}

	private static Stream<Class<?>> companions(Class<?> type) {
		return Arrays.stream(type.getDeclaredFields())
			.filter((field) -> Modifier.isStatic(field.getModifiers()) && field.getType().getDeclaringClass() == type)
			.map((field) -> field.getType());
	}

	private static Stream<Class<?>> topLevel(Class<?> type) {
		String source = sourceFile(type);
		if (source == null) {
			return Stream.empty();
		}
		String name = ClassUtils.getPackageName(type) + "."
				+ StringUtils.capitalize(StringUtils.stripFilenameExtension(source)) + "Kt";
		return Stream.ofNullable(LibraryTypes.find(name, type.getClassLoader()));
	}

	private static @Nullable String sourceFile(Class<?> type) {
		String[] source = new String[1];
		ClassFiles.visit(Type.getInternalName(type), type, new ClassVisitor(SpringAsmInfo.ASM_VERSION) {

			@Override
			public void visitSource(@Nullable String name, @Nullable String debug) {
				source[0] = name;
			}

		}, ClassReader.SKIP_CODE | ClassReader.SKIP_FRAMES);
		return source[0];
	}

}
