/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ConstantDynamic;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.core.NativeDetector;
import org.springframework.util.ClassUtils;

/**
 * Refuses objects without a lock whose own code refers to one of their guarded methods,
 * since it could call that method on the object itself, past the proxy. Their code is
 * that of the class, of its superclasses and interfaces, and of the nested classes of
 * these. It counts from wherever the receiver comes. Only a guarded method may call
 * others, directly in its body, which is part of what is approved. Of an object with a
 * lock, only calls with {@code super} count, which the lock does not see.
 */
final class SelfCalls {

	private static final ClassValue<SelfCalls> known = new ClassValue<>() {

		@Override
		protected SelfCalls computeValue(Class<?> type) {
			return new SelfCalls(type);
		}

	};

	/**
	 * The ending of the names of the methods in which Kotlin adds default arguments.
	 */
	private static final String DEFAULT = "$default";

	/**
	 * The start and end of the names of the methods by which Kotlin calls the code of an
	 * interface.
	 */
	private static final String ACCESS = "access$";

	private static final String OF_INTERFACE = "$jd";

	/**
	 * The ending of the names of the classes with the code of Kotlin's interfaces.
	 */
	private static final String DEFAULT_IMPLEMENTATIONS = "$DefaultImpls";

	private final Class<?> type;

	private final Set<String> guarded;

	private final Set<String> names;

	private final Set<String> hierarchy;

	private final Set<String> read = new HashSet<>();

	private @Nullable String obstacle;

	private @Nullable String obstacleOfLocked;

	private SelfCalls(Class<?> type) {
		Set<Method> methods = LockedClasses.findMethods(type);
		this.type = type;
		this.guarded = LockedClasses.signatures(methods.stream());
		this.names = methods.stream().map(Method::getName).collect(Collectors.toSet());
		this.hierarchy = LibraryTypes.hierarchy(type).map(Type::getInternalName).collect(Collectors.toSet());
		// A native image has no class files, its build has read them
		if (!methods.isEmpty() && !NativeDetector.inNativeImage()) {
			LibraryTypes.hierarchy(type)
				.filter(SelfCalls::hasCode)
				.forEach((current) -> read(Type.getInternalName(current), current));
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
						: "Let Spring create the object from its class, as a component or with @Import: it then denies such "
								+ "calls when they are made. Or move the guarded method to a bean of its own.");
		}
	}

	private void refuse(boolean alsoIfLocked, String obstacle) {
		this.obstacle = obstacle;
		if (alsoIfLocked) {
			this.obstacleOfLocked = obstacle;
		}
	}

	/**
	 * Read a class file.
	 * @param name the internal name of the class
	 * @param member the type of the hierarchy that is, or encloses, the class
	 */
	private void read(String name, Class<?> member) {
		// A nested class that does not exist is only named
		if (this.read.add(name)
				&& !ClassFiles.visit(name, member, new Calls(name, member),
						ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES)
				&& ClassUtils.isPresent(name.replace('/', '.'), member.getClassLoader())) {
			refuse(!LibraryTypes.contain(member),
					"%s requires approval, but the class file of %s cannot be read, so calls on the object itself (this) cannot be excluded"
						.formatted(this.type.getName(), name.replace('/', '.')));
		}
	}

	/**
	 * Finds the references to guarded methods in one class file.
	 */
	private final class Calls extends ClassVisitor {

		private final String owner;

		private final Class<?> member;

		private Calls(String owner, Class<?> member) {
			super(SpringAsmInfo.ASM_VERSION);
			this.owner = owner;
			this.member = member;
		}

		@Override
		public void visitInnerClass(String name, @Nullable String outerName, @Nullable String innerName, int access) {
			visitNested(name);
		}

		private void visitNested(String name) {
			if (name.startsWith(Type.getInternalName(this.member) + "$")) {
				read(name, this.member);
			}
		}

		@Override
		public MethodVisitor visitMethod(int access, String method, String methodDescriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			boolean approved = isGuarded(method, methodDescriptor, (access & Opcodes.ACC_STATIC) != 0);
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitMethodInsn(int opcode, String type, String name, String descriptor,
						boolean isInterface) {
					visitNested(type);
					if (!approved) {
						visitReference(opcode == Opcodes.INVOKESPECIAL, type, name, descriptor);
					}
				}

				// Kotlin does not declare the nested classes of inlined code
				@Override
				public void visitFieldInsn(int opcode, String type, String name, String descriptor) {
					visitNested(type);
				}

				@Override
				public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap,
						Object... arguments) {
					visitConstants(arguments);
				}

				@Override
				public void visitLdcInsn(Object value) {
					visitConstants(value);
				}

				private void visitConstants(Object... constants) {
					for (Object constant : constants) {
						if (constant instanceof Handle handle) {
							visitNested(handle.getOwner());
							visitReference(handle.getTag() == Opcodes.H_INVOKESPECIAL, handle.getOwner(),
									handle.getName(), handle.getDesc());
						}
						else if (constant instanceof ConstantDynamic dynamic) {
							for (int index = 0; index < dynamic.getBootstrapMethodArgumentCount(); index++) {
								visitConstants(dynamic.getBootstrapMethodArgument(index));
							}
						}
					}
				}

				private void visitReference(boolean bySuper, String type, String name, String descriptor) {
					if (refersToGuarded(type, name, descriptor)) {
						refuse(bySuper || type.endsWith(DEFAULT_IMPLEMENTATIONS) || isAccess(name),
								"%s.%s requires approval, but %s.%s refers to it, and could call it on the object itself (this), past the proxy"
									.formatted(SelfCalls.this.type.getName(), declaredName(name),
											Calls.this.owner.replace('/', '.'), method));
					}
				}

			};
		}

		private boolean isGuarded(String method, String descriptor, boolean isStatic) {
			if (!isStatic) {
				return SelfCalls.this.hierarchy.contains(this.owner)
						&& SelfCalls.this.guarded.contains(method + descriptor);
			}
			return (isGenerated(method) || this.owner.endsWith(DEFAULT_IMPLEMENTATIONS))
					&& SelfCalls.this.names.contains(declaredName(method));
		}

		private boolean refersToGuarded(String type, String name, String descriptor) {
			boolean ofKotlin = type.endsWith(DEFAULT_IMPLEMENTATIONS);
			String declared = ofKotlin ? type.substring(0, type.length() - DEFAULT_IMPLEMENTATIONS.length()) : type;
			return SelfCalls.this.hierarchy.contains(declared)
					&& ((ofKotlin || isGenerated(name)) ? SelfCalls.this.names.contains(declaredName(name))
							: SelfCalls.this.guarded.contains(name + descriptor));
		}

		private static boolean isGenerated(String name) {
			return name.endsWith(DEFAULT) || isAccess(name);
		}

		private static boolean isAccess(String name) {
			return name.startsWith(ACCESS) && name.endsWith(OF_INTERFACE);
		}

		/**
		 * Return the name of the function that a method generated by Kotlin calls.
		 */
		private static String declaredName(String name) {
			String declared = isAccess(name) ? name.substring(ACCESS.length(), name.length() - OF_INTERFACE.length())
					: name;
			return declared.endsWith(DEFAULT) ? declared.substring(0, declared.length() - DEFAULT.length()) : declared;
		}

	}

}
