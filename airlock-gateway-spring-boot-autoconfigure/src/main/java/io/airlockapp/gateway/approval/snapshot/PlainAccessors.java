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
	 * Calls that return a value as it is, a copy, or a view.
	 */
	private static final String COPY = String.join("|", "java/util/Objects\\.requireNonNull\\(Ljava/lang/Object;\\) ",
			"text java/util/Objects\\.requireNonNull\\(Ljava/lang/Object;Ljava/lang/String;\\) ",
			"java/util/Optional\\.of(?:Nullable)?\\(Ljava/lang/Object;\\) ",
			"java/util/Collections\\.unmodifiable\\w+\\(\\S+\\) ", "java/util/(?:List|Set|Map)\\.copyOf\\(\\S+\\) ",
			"java/util/Date\\.clone\\(\\) ", "\\[\\S+\\.clone\\(\\) ",
			"java/lang/(?:Boolean|Byte|Character|Double|Float|Integer|Long|Short)\\.valueOf\\([A-Z]\\) ",
			"java/lang/(?:Boolean\\.boolean|Byte\\.byte|Character\\.char|Double\\.double)Value\\(\\) ",
			"java/lang/(?:Float\\.float|Integer\\.int|Long\\.long|Short\\.short)Value\\(\\) ");

	private static final String CONTAINER = "java/util/(?:ArrayList|LinkedList|(?:Linked)?Hash(?:Set|Map))\\.<init>";

	private static final String VALUE = "(?:this get (?:" + COPY
			+ ")*|this get this get length java/util/Arrays\\.copyOf\\(\\S+I\\) |new dup this get (?:" + CONTAINER
			+ "\\(Ljava/util/(?:Collection|Map);\\) |java/util/Date\\.getTime\\(\\) java/util/Date\\.<init>\\(J\\) ))";

	private static final String NEW = "new dup " + CONTAINER + "\\(\\) ";

	/**
	 * Takes the place of a value that is {@code null}.
	 */
	private static final String NOTHING = "(?:null |java/util/(?:List|Set|Map)\\.of\\(\\) "
			+ "|java/util/(?:Collections\\.empty(?:List|Set|Map)|Optional\\.empty)\\(\\) |" + NEW + ")";

	private static final String UNINITIALIZED = "text kotlin/jvm/internal/Intrinsics\\."
			+ "throwUninitializedPropertyAccessException\\(Ljava/lang/String;\\) ";

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
			"this get ifnonnull1 this " + NEW + "put 1: this get return ",
			// Kotlin's lateinit
			"this get dup ifnull1 return 1: pop " + UNINITIALIZED + "null return ",
			"this get dup ifnonnull1 " + UNINITIALIZED + "1: return "));

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

	/**
	 * Return whether a method returns a field.
	 * @param method the method
	 * @param field the field
	 */
	static boolean returns(Method method, Field field) {
		Class<?> type = method.getDeclaringClass();
		FieldReference reference = known.get(type).fields.get(ClassFiles.nameAndDescriptor(method));
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
			// A set of the elements of a list has fewer of them
			boolean toSet = call.endsWith("Set.copyOf(Ljava/util/Collection;)")
					|| call.endsWith("Set.<init>(Ljava/util/Collection;)");
			// A package of Kotlin can have blanks in its name
			boolean oneWord = call.indexOf(' ') == -1;
			this.words.append((oneWord && (!toSet || this.ofSet)) ? call + " " : OTHER);
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
