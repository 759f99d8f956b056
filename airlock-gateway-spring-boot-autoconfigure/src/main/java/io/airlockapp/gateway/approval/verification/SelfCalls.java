package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Refuses classes that may call their guarded methods on the same object, and so bypass
 * the proxy. A call counts unless its receiver is read from a field of the class, in
 * which it has its own bean or another object, since it only assigns what others pass. In
 * nested classes, each call counts. Of a class with locked methods, only calls with
 * {@code super} count, which the lock does not see. Guarded methods may call others,
 * which is part of what is approved. The guarded methods are those that the lock would
 * cover. If the annotation is on the type, a lambda expression of a guarded method may
 * also call others.
 */
final class SelfCalls {

	private static final ClassValue<Map<Set<Method>, SelfCalls>> known = new ClassValue<>() {

		@Override
		protected Map<Set<Method>, SelfCalls> computeValue(Class<?> type) {
			return new ConcurrentHashMap<>();
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

	private static final String CONSTRUCTOR = "<init>";

	/**
	 * A part of the names of the methods with the code of lambda expressions.
	 */
	private static final String LAMBDA = "lambda$";

	private static final String APPROVED = "";

	private final Class<?> type;

	private final Set<String> guarded;

	private final Set<String> annotated;

	private final Set<String> names;

	private final Set<String> hierarchy;

	private final Set<String> read = new HashSet<>();

	private final Set<String> called = new HashSet<>();

	private final Map<String, Set<String>> assigned = new HashMap<>();

	private final Map<String, String> callsOnFields = new LinkedHashMap<>();

	private final Map<String, Set<String>> callersOfLambdas = new HashMap<>();

	private final Map<String, Runnable> callsInLambdas = new LinkedHashMap<>();

	private @Nullable String refused;

	private @Nullable String refusedSuper;

	private SelfCalls(Class<?> type, Set<Method> methods) {
		this.type = type;
		this.guarded = signatures(methods.stream());
		this.annotated = signatures(
				methods.stream().filter((method) -> ApprovalAttributeSource.findOwnAnnotation(method, type) != null));
		this.names = methods.stream().map(Method::getName).collect(Collectors.toSet());
		this.hierarchy = LibraryTypes.hierarchy(type).map(Type::getInternalName).collect(Collectors.toSet());
		if (!methods.isEmpty()) {
			LibraryTypes.hierarchy(type)
				.filter((current) -> !LibraryTypes.contain(current))
				.forEach((current) -> read(Type.getInternalName(current), current.getClassLoader(), false));
			this.callsInLambdas.forEach((lambda, call) -> {
				if (isOfOthers(lambda)) {
					call.run();
				}
			});
			this.callsOnFields.forEach((field, call) -> {
				if (this.assigned.getOrDefault(field, Set.of()).stream().anyMatch(this.called::contains)) {
					this.refused = call;
				}
			});
		}
	}

	private static Set<String> signatures(Stream<Method> methods) {
		return methods.map((method) -> method.getName() + Type.getMethodDescriptor(method)).collect(Collectors.toSet());
	}

	/**
	 * Return whether other methods than guarded ones may use a lambda expression.
	 */
	private boolean isOfOthers(String lambda) {
		Set<String> callers = this.callersOfLambdas.getOrDefault(lambda, Set.of());
		return callers.isEmpty() || callers.stream()
			.anyMatch((caller) -> !caller.equals(APPROVED)
					&& (!this.callersOfLambdas.containsKey(caller) || isOfOthers(caller)));
	}

	/**
	 * Require that a class does not call its guarded methods itself, according to its
	 * class file.
	 * @param type the class
	 * @param beanName the name of the bean
	 * @param beanFactory the factory with the definition of the bean
	 * @param locked whether its methods are locked
	 * @throws UnguardableMethodException if it may
	 */
	static void requireNone(Class<?> type, String beanName, ConfigurableListableBeanFactory beanFactory,
			boolean locked) {
		Set<Method> guarded = LockedClasses.findMethods(type, LifecycleMethods.definition(type, beanName, beanFactory));
		SelfCalls calls = known.get(type).computeIfAbsent(guarded, (methods) -> new SelfCalls(type, methods));
		String refused = locked ? calls.refusedSuper : calls.refused;
		if (refused != null) {
			throw UnguardableMethodException.withRemedy(
					"%s of bean '%s', past the proxy, so that call cannot be guarded".formatted(refused, beanName),
					"Move the guarded method to another bean, or call it on the bean: have the bean injected into itself "
							+ "with @Lazy, and call the method directly on that field. Or let Spring create the object: it "
							+ "then denies such calls when they are made.");
		}
	}

	/**
	 * Read the file of a class and of its nested classes.
	 */
	private void read(String name, ClassLoader classLoader, boolean nested) {
		if (this.read.add(name)) {
			ClassFiles.visit(name, classLoader, new Calls(name, classLoader, nested),
					ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
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
		public MethodVisitor visitMethod(int access, String method, String methodDescriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
			boolean approved = isGuarded(method, methodDescriptor, isStatic);
			boolean isLambda = (access & Opcodes.ACC_SYNTHETIC) != 0 && method.contains(LAMBDA);
			String caller = approved ? APPROVED : this.owner + method + methodDescriptor;
			return new ReceiverVisitor(isStatic, methodDescriptor) {

				// Kotlin does not declare the nested classes of inlined code
				@Override
				public void visitFieldInsn(int opcode, String type, String name, String descriptor) {
					visitInlined(type);
					super.visitFieldInsn(opcode, type, name, descriptor);
				}

				@Override
				public void visitMethodInsn(int opcode, String type, String name, String descriptor,
						boolean isInterface) {
					visitInlined(type);
					super.visitMethodInsn(opcode, type, name, descriptor, isInterface);
				}

				private void visitInlined(String type) {
					if (!approved) {
						visitNestMember(type);
					}
				}

				@Override
				void visitCall(int opcode, String type, String name, String descriptor, String field) {
					if (name.contains(LAMBDA)) {
						SelfCalls.this.callersOfLambdas
							.computeIfAbsent(type + name + descriptor, (key) -> new HashSet<>())
							.add(caller);
					}
					boolean creates = name.equals(CONSTRUCTOR);
					if (SelfCalls.this.hierarchy.contains(type) && !(creates && method.equals(CONSTRUCTOR))) {
						SelfCalls.this.called.add(name + descriptor);
					}
					if (approved || !isCallOfGuarded(type, name, descriptor)) {
						return;
					}
					if (isLambda && opcode != Opcodes.INVOKESPECIAL && isGuardedByType(name, descriptor)) {
						SelfCalls.this.callsInLambdas.merge(caller, () -> addCall(opcode, type, name, method, field),
								(call, other) -> () -> {
									call.run();
									other.run();
								});
					}
					else {
						addCall(opcode, type, name, method, field);
					}
				}

				@Override
				void visitAssignment(String field, boolean ofParameter) {
					if (!ofParameter) {
						// As if the class passed itself
						SelfCalls.this.called.add(field);
					}
					SelfCalls.this.assigned.computeIfAbsent(field, (key) -> new HashSet<>())
						.add(ofParameter ? method + methodDescriptor : field);
				}

			};
		}

		private void addCall(int opcode, String type, String name, String caller, String field) {
			String call = "%s.%s requires approval, but %s calls it, maybe on the object itself (this)"
				.formatted(SelfCalls.this.type.getName(), withoutDefault(name), caller);
			if (opcode == Opcodes.INVOKESPECIAL || type.endsWith(DEFAULT_IMPLEMENTATIONS)) {
				SelfCalls.this.refusedSuper = call;
			}
			int end = field.indexOf('.');
			if (this.nested || end == -1 || !SelfCalls.this.hierarchy.contains(field.substring(0, end))) {
				SelfCalls.this.refused = field.equals(ReceiverVisitor.NULL) ? SelfCalls.this.refused : call;
			}
			else {
				SelfCalls.this.callsOnFields.put(field, call);
			}
		}

		private boolean isGuarded(String method, String descriptor, boolean isStatic) {
			if (!isStatic) {
				return !this.nested && SelfCalls.this.guarded.contains(method + descriptor);
			}
			return (method.endsWith(DEFAULT) || this.owner.endsWith(DEFAULT_IMPLEMENTATIONS))
					&& SelfCalls.this.names.contains(withoutDefault(method));
		}

		private boolean isGuardedByType(String name, String descriptor) {
			String signature = name + descriptor;
			return SelfCalls.this.guarded.contains(signature) && !SelfCalls.this.annotated.contains(signature);
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
