/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the accessors that return the value of a field as it is, a copy, or a view, by
 * their byte code. The instructions of such a method, as words, match one of a few
 * patterns. Any other method could return something else, such as a mask, and does not
 * make the field visible.
 */
final class PlainAccessors {

	private static final String OTHER = "other ";

	/**
	 * The words for calls. A call that is not listed matches no pattern.
	 */
	private static final Map<String, String> CALLS = calls();

	private static final String VALUE = "(?:this get (?:copy |text requireNonNull )*|this get this get length copyOf "
			+ "|new dup this get (?:init |getTime initTime ))";

	/**
	 * Takes the place of a value that is {@code null}.
	 */
	private static final String NOTHING = "(?:null |empty |new dup initEmpty )";

	private static final Pattern PLAIN = Pattern.compile(String.join("|",
			// return value;
			VALUE + "return ",
			// return (field != null) ? value : nothing;
			"this get ifnull1 " + VALUE + "goto2 1: " + NOTHING + "2: return ",
			"this get ifnonnull1 " + NOTHING + "goto2 1: " + VALUE + "2: return ",
			// if (field != null) { return value; } return nothing;
			"this get ifnull1 " + VALUE + "return 1: " + NOTHING + "return ",
			"this get ifnonnull1 " + NOTHING + "return 1: " + VALUE + "return ",
			// if (field == null) { field = nothing; } return field;
			"this get ifnonnull1 this new dup initEmpty put 1: this get return ",
			// Kotlin's lateinit
			"this get dup ifnull1 return 1: pop text uninitialized null return ",
			"this get dup ifnonnull1 text uninitialized 1: return "));

	private static final ClassValue<PlainAccessors> known = LibraryTypes.cache(PlainAccessors::new);

	/**
	 * The returned fields, by the name of the method and its descriptor.
	 */
	private final Map<String, FieldReference> fields = new HashMap<>();

	private PlainAccessors(Class<?> type) {
		// Without a class file that can be read, no field is visible by its accessor
		ClassFiles.visit(Type.getInternalName(type), type, new ClassVisitor(SpringAsmInfo.ASM_VERSION) {

			@Override
			public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
					@Nullable String signature, String @Nullable [] exceptions) {
				boolean candidate = descriptor.startsWith("()") && (access & Opcodes.ACC_STATIC) == 0;
				return candidate ? new Accessor(name + descriptor) : null;
			}

		}, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
	}

	private static Map<String, String> calls() {
		Map<String, String> calls = new HashMap<>(Map.of("java/util/Objects.requireNonNull(Ljava/lang/Object;)",
				"copy ", "java/util/Objects.requireNonNull(Ljava/lang/Object;Ljava/lang/String;)", "requireNonNull ",
				"java/util/Optional.of(Ljava/lang/Object;)", "copy ",
				"java/util/Optional.ofNullable(Ljava/lang/Object;)", "copy ", "java/util/Optional.empty()", "empty ",
				"java/util/Date.clone()", "copy ", "java/util/Date.getTime()", "getTime ", "java/util/Date.<init>(J)",
				"initTime ",
				"kotlin/jvm/internal/Intrinsics.throwUninitializedPropertyAccessException(Ljava/lang/String;)",
				"uninitialized "));
		for (String type : List.of("Collection", "List", "Set", "SortedSet", "NavigableSet", "Map", "SortedMap",
				"NavigableMap")) {
			calls.put("java/util/Collections.unmodifiable%1$s(Ljava/util/%1$s;)".formatted(type), "copy ");
		}
		for (String type : List.of("List", "Set", "Map")) {
			calls.put("java/util/%s.copyOf(Ljava/util/%s;)".formatted(type, type.equals("Map") ? type : "Collection"),
					"copy ");
			calls.put("java/util/%s.of()".formatted(type), "empty ");
			calls.put("java/util/Collections.empty%s()".formatted(type), "empty ");
		}
		for (String type : List.of("ArrayList", "LinkedList", "HashSet", "LinkedHashSet", "HashMap", "LinkedHashMap")) {
			calls.put(
					"java/util/%s.<init>(Ljava/util/%s;)".formatted(type, type.endsWith("Map") ? "Map" : "Collection"),
					"init ");
			calls.put("java/util/%s.<init>()".formatted(type), "initEmpty ");
		}
		for (Class<?> box : List.of(Boolean.class, Byte.class, Character.class, Double.class, Float.class,
				Integer.class, Long.class, Short.class)) {
			Type primitive = Type.getType(MethodType.methodType(box).unwrap().returnType());
			calls.put("%s.valueOf(%s)".formatted(Type.getInternalName(box), primitive), "");
			calls.put("%s.%sValue()".formatted(Type.getInternalName(box), primitive.getClassName()), "");
		}
		return Map.copyOf(calls);
	}

	/**
	 * Return whether a method returns a field.
	 * @param method the method
	 * @param field the field
	 */
	static boolean returns(Method method, Field field) {
		Class<?> type = method.getDeclaringClass();
		FieldReference reference = known.get(type).fields.get(method.getName() + Type.getMethodDescriptor(method));
		return reference != null && Stream.of(type, field.getDeclaringClass())
			.filter((owner) -> Type.getInternalName(owner).equals(reference.owner()))
			.anyMatch((owner) -> field.equals(ReflectionUtils.findField(owner, reference.name())));
	}

	/**
	 * Reference to a field in byte code.
	 *
	 * @param owner the class at which the search for the field begins
	 * @param name the name of the field
	 */
	private record FieldReference(String owner, String name) {
	}

	/**
	 * Writes the instructions of one method as words. Other instructions than these
	 * cannot be in a method whose words match: a switch and an exception handler have
	 * labels to which no jump leads, a variable is stored before it is incremented, and
	 * an array with several dimensions has several lengths.
	 */
	private final class Accessor extends MethodVisitor {

		private final String method;

		private final StringBuilder words = new StringBuilder();

		private final Map<Label, Integer> targets = new HashMap<>();

		private @Nullable FieldReference field;

		private boolean ofSet;

		private Accessor(String method) {
			super(SpringAsmInfo.ASM_VERSION);
			this.method = method;
		}

		@Override
		public void visitVarInsn(int opcode, int variable) {
			this.words.append((opcode == Opcodes.ALOAD && variable == 0) ? "this " : OTHER);
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			FieldReference reference = new FieldReference(owner, name);
			boolean same = this.field == null || this.field.equals(reference);
			this.field = reference;
			this.ofSet = descriptor.startsWith("Ljava/util/") && descriptor.endsWith("Set;");
			this.words.append((same && opcode == Opcodes.GETFIELD) ? "get "
					: (same && opcode == Opcodes.PUTFIELD) ? "put " : OTHER);
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			String call = owner + "." + name + descriptor.substring(0, descriptor.indexOf(')') + 1);
			boolean arrayClone = owner.startsWith("[") && name.equals("clone");
			boolean arrayCopy = call.startsWith("java/util/Arrays.copyOf(") && call.endsWith("I)");
			// A set of the elements of a list has fewer of them
			boolean toSet = call.endsWith("Set.copyOf(Ljava/util/Collection;)")
					|| call.endsWith("Set.<init>(Ljava/util/Collection;)");
			this.words.append((toSet && !this.ofSet) ? OTHER
					: arrayClone ? "copy " : arrayCopy ? "copyOf " : CALLS.getOrDefault(call, OTHER));
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			this.words.append((opcode == Opcodes.CHECKCAST) ? "" : (opcode == Opcodes.NEW) ? "new " : OTHER);
		}

		@Override
		public void visitInsn(int opcode) {
			this.words.append(switch (opcode) {
				case Opcodes.ACONST_NULL -> "null ";
				case Opcodes.ARRAYLENGTH -> "length ";
				case Opcodes.DUP -> "dup ";
				case Opcodes.POP -> "pop ";
				case Opcodes.IRETURN, Opcodes.LRETURN, Opcodes.FRETURN, Opcodes.DRETURN, Opcodes.ARETURN -> "return ";
				default -> OTHER;
			});
		}

		@Override
		public void visitJumpInsn(int opcode, Label label) {
			int target = this.targets.computeIfAbsent(label, (added) -> this.targets.size() + 1);
			this.words.append(switch (opcode) {
				case Opcodes.IFNULL -> "ifnull" + target + " ";
				case Opcodes.IFNONNULL -> "ifnonnull" + target + " ";
				case Opcodes.GOTO -> "goto" + target + " ";
				default -> OTHER;
			});
		}

		@Override
		public void visitLabel(Label label) {
			Integer target = this.targets.get(label);
			this.words.append((target != null) ? target + ": " : OTHER);
		}

		@Override
		public void visitLdcInsn(Object value) {
			this.words.append((value instanceof String) ? "text " : OTHER);
		}

		@Override
		public void visitIntInsn(int opcode, int operand) {
			this.words.append(OTHER);
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
			this.words.append(OTHER);
		}

		@Override
		public void visitEnd() {
			if (this.field != null && PLAIN.matcher(this.words).matches()) {
				PlainAccessors.this.fields.put(this.method, this.field);
			}
		}

	}

}
