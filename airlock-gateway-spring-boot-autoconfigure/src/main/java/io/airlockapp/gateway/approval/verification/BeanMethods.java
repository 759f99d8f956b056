/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.ClassFiles;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * Refuses bean methods that would leave their bean without the guard: those that require
 * approval themselves, which would be requested once for the creation and never for a
 * call of the bean, and those of guarded beans that other code of their class calls.
 */
final class BeanMethods {

	private BeanMethods() {
	}

	/**
	 * Require that a method that creates a bean requires no approval.
	 * @param factoryMethod the method
	 * @param type the class of the object that has the method
	 * @param beanName the name of the bean
	 * @throws UnguardableMethodException if it does
	 */
	static void requireUnguarded(Method factoryMethod, Class<?> type, @Nullable String beanName) {
		// An annotation on the type is not meant for its static methods
		boolean guarded = Modifier.isStatic(factoryMethod.getModifiers())
				? ApprovalAttributeSource.findOwnAnnotation(factoryMethod, type) != null
				: ApprovalAttributeSource.requiresApproval(factoryMethod, type);
		if (guarded) {
			throw UnguardableMethodException.withRemedy(
					("%s requires approval, but cannot be guarded: it makes the bean '%s', so approval would be requested once, at the start, and not when the bean is called")
						.formatted(ClassUtils.getQualifiedMethodName(factoryMethod, ClassUtils.getUserClass(type)),
								beanName),
					"Put @RequiresAirlockApproval on the bean's class, or on a method of what %s returns, and not on the "
						.formatted(factoryMethod.getName()) + "method that makes it nor on the class of that method.");
		}
	}

	/**
	 * Require that no code of a configuration calls the method of a guarded bean where
	 * Spring does not answer with the bean, since each call makes an object without the
	 * guard.
	 * @param beanMethod the method
	 * @param configuration the class of the object that has the method
	 * @param type the class of the bean
	 * @param beanName the name of the bean
	 * @throws UnguardableMethodException if there is such a call
	 */
	static void requireNotCalled(Method beanMethod, Class<?> configuration, Class<?> type, @Nullable String beanName) {
		boolean answered = ClassUtils.getUserClass(configuration) != configuration
				&& !Modifier.isStatic(beanMethod.getModifiers());
		if (!answered && GuardedMethods.mayGuard(type) && AnnotatedElementUtils.hasAnnotation(beanMethod, Bean.class)
				&& isCalled(beanMethod, ClassUtils.getUserClass(configuration))) {
			throw UnguardableMethodException.withRemedy(
					("Bean '%s' requires approval, but cannot be guarded: %s calls the method '%s', which makes another object without the guard")
						.formatted(beanName, ClassUtils.getUserClass(configuration).getName(), beanMethod.getName()),
					"Inject the bean as a parameter of the method that needs it.");
		}
	}

	private static boolean isCalled(Method beanMethod, Class<?> configuration) {
		BeanMethodCalls calls = new BeanMethodCalls(beanMethod, configuration);
		LibraryTypes.hierarchy(configuration)
			.filter((type) -> !LibraryTypes.isOfJava(type))
			.forEach((type) -> ClassFiles.visit(Type.getInternalName(type), type, calls,
					ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES));
		return calls.found;
	}

	/**
	 * Finds calls of a bean method, and references to it, other than by a method that
	 * overrides it.
	 */
	private static final class BeanMethodCalls extends ClassVisitor {

		private final String beanMethod;

		private final Set<String> owners;

		private boolean found;

		private BeanMethodCalls(Method beanMethod, Class<?> configuration) {
			super(SpringAsmInfo.ASM_VERSION);
			this.beanMethod = beanMethod.getName() + Type.getMethodDescriptor(beanMethod);
			this.owners = LibraryTypes.hierarchy(configuration).map(Type::getInternalName).collect(Collectors.toSet());
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String method, String methodDescriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			if (this.beanMethod.equals(method + methodDescriptor)) {
				return null;
			}
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitMethodInsn(int opcode, String type, String name, String descriptor,
						boolean isInterface) {
					visit(type, name + descriptor);
				}

				@Override
				public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap,
						Object... arguments) {
					for (Object argument : arguments) {
						if (argument instanceof Handle handle) {
							visit(handle.getOwner(), handle.getName() + handle.getDesc());
						}
					}
				}

				private void visit(String type, String called) {
					BeanMethodCalls calls = BeanMethodCalls.this;
					calls.found = calls.found || (called.equals(calls.beanMethod) && calls.owners.contains(type));
				}

			};
		}

	}

}
