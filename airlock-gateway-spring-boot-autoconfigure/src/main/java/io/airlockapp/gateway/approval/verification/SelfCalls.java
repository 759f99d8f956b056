package io.airlockapp.gateway.approval.verification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import io.airlockapp.gateway.approval.method.ApprovalAttributeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses classes whose guarded methods are not locked, and that may call these methods
 * on the same object, and so bypass the proxy. A call counts unless its receiver is read
 * from a field, in which the class has its own bean or another object. In nested classes,
 * each call counts, since their fields may contain the object. Guarded methods may call
 * others, which is part of what is approved. An annotation on the type is not considered,
 * since it guards all methods that others call.
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
	 * The ending of the names of the classes with the code of Kotlin's interfaces.
	 */
	private static final String DEFAULT_IMPLEMENTATIONS = "$DefaultImpls";

	private final Class<?> type;

	private final Set<String> guarded;

	private final Set<String> names;

	private final Set<String> hierarchy;

	private final Set<String> read = new HashSet<>();

	private @Nullable String refused;

	private SelfCalls(Class<?> type) {
		this.type = type;
		Set<Method> methods = Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> !Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass() != Object.class
					&& ApprovalAttributeSource.findOwnAnnotation(method, type) != null)
			.collect(Collectors.toSet());
		this.guarded = methods.stream()
			.map((method) -> method.getName() + Type.getMethodDescriptor(method))
			.collect(Collectors.toSet());
		this.names = methods.stream().map(Method::getName).collect(Collectors.toSet());
		this.hierarchy = LibraryTypes.hierarchy(type).map(Type::getInternalName).collect(Collectors.toSet());
		if (!methods.isEmpty()) {
			LibraryTypes.hierarchy(type)
				.filter((current) -> !LibraryTypes.contain(current))
				.forEach((current) -> read(Type.getInternalName(current), current.getClassLoader(), false));
		}
	}

	/**
	 * Require that a class does not call its guarded methods itself, according to its
	 * class file.
	 * @throws UnguardableMethodException if it may
	 */
	static void requireNone(Class<?> type, String beanName) {
		String refused = known.get(type).refused;
		if (refused != null) {
			throw UnguardableMethodException.withRemedy(
					"%s of bean '%s', past the proxy, so that call can't be guarded".formatted(refused, beanName),
					"Move the guarded method to another bean, or call it on the bean: have the bean injected into itself "
							+ "with @Lazy, and call the method directly on that field. Or let Spring create the object: it "
							+ "then denies such calls when they are made.");
		}
	}

	/**
	 * Read the file of a class and of its nested classes. There is none in a native
	 * image.
	 */
	private void read(String name, ClassLoader classLoader, boolean nested) {
		if (!this.read.add(name)) {
			return;
		}
		try (InputStream file = classLoader.getResourceAsStream(name + ClassUtils.CLASS_FILE_SUFFIX)) {
			if (file != null) {
				new ClassReader(file).accept(new Calls(name, classLoader, nested),
						ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (IllegalArgumentException ex) {
			// The class file is newer than Spring's reader supports
		}
	}

	/**
	 * Finds the calls of guarded methods in one class file.
	 */
	private final class Calls extends ClassVisitor {

		private final String owner;

		private final ClassLoader classLoader;

		private final boolean nested;

		private Calls(String owner, ClassLoader classLoader, boolean nested) {
			super(SpringAsmInfo.ASM_VERSION);
			this.owner = owner;
			this.classLoader = classLoader;
			this.nested = nested;
		}

		@Override
		public void visitInnerClass(String name, @Nullable String outerName, @Nullable String innerName, int access) {
			visitNestMember(name);
		}

		@Override
		public void visitNestMember(String name) {
			if (name.startsWith(this.owner + "$")) {
				read(name, this.classLoader, true);
			}
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String method, String methodDescriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
			if (isGuarded(method, methodDescriptor, isStatic)) {
				return null;
			}
			return new ReceiverVisitor() {

				@Override
				void visitCall(String type, String name, String descriptor, boolean ofField) {
					if ((Calls.this.nested || !ofField) && isCallOfGuarded(type, name, descriptor)) {
						SelfCalls.this.refused = "%s.%s requires approval, but %s calls it, maybe on the object itself (this)"
							.formatted(SelfCalls.this.type.getName(), withoutDefault(name), method);
					}
				}

			};
		}

		private boolean isGuarded(String method, String descriptor, boolean isStatic) {
			if (!isStatic) {
				return !this.nested && SelfCalls.this.guarded.contains(method + descriptor);
			}
			return (method.endsWith(DEFAULT) || this.owner.endsWith(DEFAULT_IMPLEMENTATIONS))
					&& SelfCalls.this.names.contains(withoutDefault(method));
		}

		private boolean isCallOfGuarded(String type, String name, String descriptor) {
			boolean ofKotlin = type.endsWith(DEFAULT_IMPLEMENTATIONS);
			String declared = ofKotlin ? type.substring(0, type.length() - DEFAULT_IMPLEMENTATIONS.length()) : type;
			return SelfCalls.this.hierarchy.contains(declared)
					&& ((ofKotlin || name.endsWith(DEFAULT)) ? SelfCalls.this.names.contains(withoutDefault(name))
							: SelfCalls.this.guarded.contains(name + descriptor));
		}

		private static String withoutDefault(String name) {
			return name.endsWith(DEFAULT) ? name.substring(0, name.length() - DEFAULT.length()) : name;
		}

	}

}
