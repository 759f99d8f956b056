/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.guard.MethodPermit;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.ClassFiles;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.AotDetector;
import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.Attribute;
import org.springframework.asm.ByteVector;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.cglib.core.ReflectUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.NativeDetector;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Generates subclasses whose guarded methods require a {@link MethodPermit}. Everything
 * else is inherited. The name of a subclass makes Spring look for metadata on the class
 * itself, as it does for proxies.
 */
final class LockedClasses {

	static final String SUFFIX = ClassUtils.CGLIB_CLASS_SEPARATOR + "AirlockLock" + ClassUtils.CGLIB_CLASS_SEPARATOR;

	private static final Pattern AUTHORIZATION = Pattern
		.compile("(org\\.springframework|jakarta\\.annotation)\\.security\\..+");

	private static final String METADATA_OF_KOTLIN = "Lkotlin/Metadata;";

	private static final ClassValue<@Nullable Class<?>> known = LibraryTypes.cache(LockedClasses::findOrDefine);

	/**
	 * Whether a class locks the guarded methods of its superclass, and has its
	 * constructors. A class file that was generated ahead of time may be older than the
	 * superclass, and an agent may add methods.
	 */
	private static final ClassValue<Boolean> complete = LibraryTypes.cache(LockedClasses::isComplete);

	private LockedClasses() {
	}

	/**
	 * Return whether the methods of an object, or of the target of a proxy, are locked.
	 */
	static boolean isLocked(Object object) {
		Object target = AopProxyUtils.getSingletonTarget(object);
		return (target != null) ? isLocked(target) : isLocked(object.getClass());
	}

	/**
	 * Return whether a class is a generated one that locks the guarded methods.
	 */
	static boolean isLocked(Class<?> type) {
		return complete.get(type);
	}

	/**
	 * Find the constructor of the locked subclass of a class.
	 * @param type the class
	 * @param parameterTypes the parameter types of the constructor of the class
	 * @return the constructor, or {@code null} if the class has no guarded methods, or
	 * cannot be locked
	 */
	static @Nullable Constructor<?> findConstructor(Class<?> type, Class<?>... parameterTypes) {
		if (!GuardedMethods.mayGuard(type) || !canLock(type)) {
			return null;
		}
		Set<Method> methods = findMethods(type);
		// What cannot be overridden is refused when the bean is verified
		Class<?> locked = (!methods.isEmpty() && methods.stream().allMatch((method) -> canLock(method, type))
				&& !isAuthorizedByDeclaration(methods, type)) ? known.get(type) : null;
		return (locked != null) ? ClassUtils.getConstructorIfAvailable(locked, parameterTypes) : null;
	}

	private static boolean canLock(Class<?> type) {
		return (type.getModifiers() & (Modifier.FINAL | Modifier.ABSTRACT | Modifier.PRIVATE)) == 0 && !type.isSealed()
				&& !type.getName().contains(ClassUtils.CGLIB_CLASS_SEPARATOR) && !hasDefaultArguments(type)
				&& ClassUtils.isVisible(MethodPermit.class, type.getClassLoader());
	}

	private static boolean canLock(Method method, Class<?> type) {
		return (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE | Modifier.FINAL)) == 0
				&& !GuardedMethods.isHidden(method, type);
	}

	/**
	 * Return whether Spring Security may find other annotations for an inherited method
	 * if the locked class declares it: those of the declaring class apply.
	 */
	private static boolean isAuthorizedByDeclaration(Set<Method> methods, Class<?> type) {
		return methods.stream().anyMatch((method) -> method.getDeclaringClass() != type) && LibraryTypes.hierarchy(type)
			.flatMap((each) -> Stream.concat(Stream.of(each), Arrays.stream(each.getDeclaredMethods())))
			.flatMap((element) -> MergedAnnotations.from(element).stream())
			.anyMatch((annotation) -> AUTHORIZATION.matcher(annotation.getType().getName()).matches());
	}

	/**
	 * Return the methods of a class that only the guard may call: its guarded methods
	 * without those that Spring calls itself, and with those that stand for them and may
	 * call the method of a superclass directly.
	 */
	static Set<Method> findMethods(Class<?> type) {
		Stream<Method> bridges = Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> method.isBridge() && canLock(method, type)
					&& ApprovalAttributeSource.requiresApproval(method, type));
		return Stream.concat(GuardedMethods.of(type).stream(), bridges)
			.filter((method) -> !LifecycleMethods.isExempt(method, type))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	/**
	 * Return the names of methods with their descriptors.
	 */
	static Set<String> signatures(Stream<Method> methods) {
		return methods.map(ClassFiles::nameAndDescriptor).collect(Collectors.toSet());
	}

	/**
	 * Return whether Kotlin creates the object with a constructor that Spring finds by
	 * the metadata of the class.
	 */
	private static boolean hasDefaultArguments(Class<?> type) {
		return KotlinDetector.isKotlinType(type)
				&& Arrays.stream(type.getDeclaredConstructors()).anyMatch(Constructor::isSynthetic);
	}

	private static boolean isComplete(Class<?> type) {
		Class<?> superclass = type.getSuperclass();
		return type.getName().contains(SUFFIX) && superclass != null
				&& signatures(Arrays.stream(type.getDeclaredMethods())
					.filter((method) -> !Modifier.isStatic(method.getModifiers())))
					.containsAll(signatures(findMethods(superclass).stream()))
				&& constructors(type).containsAll(constructors(superclass));
	}

	/**
	 * Return the descriptors of the constructors that a subclass can call.
	 */
	private static Set<String> constructors(Class<?> type) {
		return Arrays.stream(type.getDeclaredConstructors())
			.filter((constructor) -> !Modifier.isPrivate(constructor.getModifiers()) && !constructor.isSynthetic())
			.map(Type::getConstructorDescriptor)
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	/**
	 * Find or define a locked subclass. Another one may have been loaded from the file of
	 * an earlier build.
	 */
	private static @Nullable Class<?> findOrDefine(Class<?> type) {
		for (int number = 0;; number++) {
			String name = type.getName() + SUFFIX + number;
			Class<?> locked = AotDetector.useGeneratedArtifacts() ? findGenerated(type, name) : null;
			if (locked == null) {
				// No class can be defined in an image
				locked = NativeDetector.inNativeImage() ? null : define(type, name);
			}
			if (locked == null || complete.get(locked)) {
				return locked;
			}
		}
	}

	/**
	 * Find a subclass that was generated ahead of time.
	 */
	private static @Nullable Class<?> findGenerated(Class<?> type, String name) {
		try {
			Class<?> generated = ClassUtils.forName(name, type.getClassLoader());
			return (generated.getSuperclass() == type) ? generated : null;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

	private static Class<?> define(Class<?> type, String name) {
		try {
			return ReflectUtils.defineClass(name, generate(type, name), type.getClassLoader(), null, type);
		}
		catch (Exception ex) {
			throw new IllegalStateException("The guarded methods of %s cannot be locked".formatted(type.getName()), ex);
		}
	}

	/**
	 * Generate the class file of the locked subclass of a class.
	 */
	static byte[] generate(Class<?> type, String name) {
		ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
		String superName = Type.getInternalName(type);
		visit(writer, type, name, null);
		copyDeclaration(type, name, writer);
		for (String constructor : constructors(type)) {
			MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", constructor, null, null);
			code.visitCode();
			returnSuper(code, superName, "<init>", constructor);
		}
		Map<String, MethodVisitor> methods = new LinkedHashMap<>();
		Set<Method> guarded = findMethods(type);
		// A bridge may have more access than what it overrides in a superclass
		guarded.stream()
			.sorted(Comparator.comparingInt(LockedClasses::restriction))
			.forEach((method) -> methods.computeIfAbsent(ClassFiles.nameAndDescriptor(method),
					(signature) -> writer.visitMethod(access(method), method.getName(),
							Type.getMethodDescriptor(method), null, exceptions(method))));
		copyAnnotations(guarded, methods);
		methods.forEach((signature, code) -> {
			int end = signature.indexOf('(');
			lock(code, superName, signature.substring(0, end), signature.substring(end));
		});
		writer.visitEnd();
		return writer.toByteArray();
	}

	private static void visit(ClassWriter writer, Class<?> type, String name, @Nullable String signature) {
		writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_SUPER, name.replace('.', '/'), signature,
				Type.getInternalName(type), null);
	}

	/**
	 * Copy the annotations of a class, as far as its class file can be read, since
	 * pointcuts with {@code @target} look for them, and the generic signature if code of
	 * the class may read the type arguments of the object. That signature contradicts the
	 * superclass, so mocking libraries refuse it.
	 */
	private static void copyDeclaration(Class<?> type, String name, ClassWriter writer) {
		ClassFiles.visit(Type.getInternalName(type), type, new ClassVisitor(SpringAsmInfo.ASM_VERSION) {

			@Override
			public void visit(int version, int access, String original, @Nullable String signature, String superName,
					String[] interfaces) {
				// That of a generic class has variables, which are not those of its
				// methods
				if (signature != null && !signature.startsWith("<") && readsTypeArguments(type)) {
					LockedClasses.visit(writer, type, name, signature);
				}
			}

			@Override
			public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
				return METADATA_OF_KOTLIN.equals(descriptor) ? null : writer.visitAnnotation(descriptor, visible);
			}

		}, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
	}

	private static boolean readsTypeArguments(Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.filter((current) -> !LibraryTypes.isOfJava(current))
			.anyMatch((current) -> ClassFiles.contains(current, "getGeneric")
					|| (current.getTypeParameters().length > 0 && ClassFiles.contains(current, "getClass")));
	}

	/**
	 * Copy the annotations of the methods that run, and the names and annotations of
	 * their parameters, as far as the class files can be read. An interceptor may look
	 * for them in the class of the object.
	 */
	private static void copyAnnotations(Set<Method> guarded, Map<String, MethodVisitor> methods) {
		Map<String, Class<?>> declaring = new LinkedHashMap<>();
		for (Method method : guarded) {
			declaring.merge(ClassFiles.nameAndDescriptor(method), method.getDeclaringClass(),
					LockedClasses::moreSpecific);
		}
		new LinkedHashSet<>(declaring.values()).forEach((type) -> ClassFiles.visit(Type.getInternalName(type), type,
				new ClassVisitor(SpringAsmInfo.ASM_VERSION) {

					@Override
					public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
							@Nullable String signature, String @Nullable [] exceptions) {
						return (declaring.get(name + descriptor) == type) ? methods.get(name + descriptor) : null;
					}

				}, ClassReader.SKIP_CODE | ClassReader.SKIP_FRAMES));
	}

	private static Class<?> moreSpecific(Class<?> type, Class<?> other) {
		return (type.isAssignableFrom(other) || (type.isInterface() && !other.isInterface())) ? other : type;
	}

	/**
	 * Return the access of a method that calls another one. What looks for the methods of
	 * the user, such as Bean Validation, ignores synthetic ones.
	 */
	private static int access(Method method) {
		return Opcodes.ACC_SYNTHETIC | (method.getModifiers()
				& (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED | (method.isVarArgs() ? Opcodes.ACC_VARARGS : 0)));
	}

	private static int restriction(Method method) {
		int modifiers = method.getModifiers();
		return Modifier.isPublic(modifiers) ? 0 : (Modifier.isProtected(modifiers) ? 1 : 2);
	}

	private static String[] exceptions(Method method) {
		return Arrays.stream(method.getExceptionTypes()).map(Type::getInternalName).toArray(String[]::new);
	}

	/**
	 * Generate a method that enters with a permit, and calls the method of the
	 * superclass.
	 */
	private static void lock(MethodVisitor code, String superName, String name, String descriptor) {
		code.visitAttribute(new NotWoven());
		code.visitCode();
		code.visitVarInsn(Opcodes.ALOAD, 0);
		code.visitLdcInsn(name);
		code.visitLdcInsn(descriptor);
		code.visitMethodInsn(Opcodes.INVOKESTATIC, Type.getInternalName(MethodPermit.class), "enter",
				"(Ljava/lang/Object;Ljava/lang/String;Ljava/lang/String;)V", false);
		returnSuper(code, superName, name, descriptor);
	}

	/**
	 * Generate the end of a method, which returns what that of the superclass returns.
	 */
	private static void returnSuper(MethodVisitor code, String superName, String name, String descriptor) {
		code.visitVarInsn(Opcodes.ALOAD, 0);
		int variable = 1;
		for (Type parameter : Type.getArgumentTypes(descriptor)) {
			code.visitVarInsn(parameter.getOpcode(Opcodes.ILOAD), variable);
			variable += parameter.getSize();
		}
		code.visitMethodInsn(Opcodes.INVOKESPECIAL, superName, name, descriptor, false);
		code.visitInsn(Type.getReturnType(descriptor).getOpcode(Opcodes.IRETURN));
		code.visitMaxs(0, 0);
		code.visitEnd();
	}

	/**
	 * Attribute of the methods that AspectJ does not weave, since it weaves those of the
	 * superclass.
	 */
	private static final class NotWoven extends Attribute {

		private NotWoven() {
			super("org.aspectj.weaver.AjSynthetic");
		}

		@Override
		protected ByteVector write(ClassWriter writer, byte[] code, int length, int maxStack, int maxLocals) {
			return new ByteVector();
		}

	}

}
