package io.airlockapp.gateway.approval.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the accessors that return the value of a field as it is, a copy, or a view, by
 * their byte code. One that computes another value, such as a mask, does not make the
 * field visible.
 */
final class PlainAccessors {

	private static final Set<String> BOXES = Set.of("java/lang/Boolean", "java/lang/Byte", "java/lang/Character",
			"java/lang/Double", "java/lang/Float", "java/lang/Integer", "java/lang/Long", "java/lang/Short");

	private static final String KOTLIN = "kotlin/jvm/internal/Intrinsics";

	private static final ClassValue<PlainAccessors> known = new ClassValue<>() {

		@Override
		protected PlainAccessors computeValue(Class<?> type) {
			return new PlainAccessors(type);
		}

	};

	/**
	 * The names of the returned fields, by the name of the method and its descriptor.
	 */
	private final Map<String, String> fields = new HashMap<>();

	private PlainAccessors(Class<?> type) {
		try (InputStream file = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (file != null) {
				new ClassReader(file).accept(new Accessors(), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (IllegalArgumentException ex) {
			// The class file is newer than Spring's reader supports, so no field is
			// visible by its accessor
		}
	}

	/**
	 * Return whether a method returns a field.
	 * @param method the method
	 * @param field the field
	 */
	static boolean returns(Method method, Field field) {
		Class<?> type = method.getDeclaringClass();
		String name = known.get(type).fields.get(method.getName() + Type.getMethodDescriptor(method));
		return name != null && field.getName().equals(name) && field.equals(ReflectionUtils.findField(type, name))
				&& isAlike(method.getReturnType(), field.getType());
	}

	/**
	 * Return whether a type can be that of the value, a copy, or a view of all of it.
	 */
	private static boolean isAlike(Class<?> returned, Class<?> declared) {
		if (ClassUtils.isAssignable(returned, declared)) {
			return returned != Object.class || declared == Object.class;
		}
		return returned.getName().startsWith("java.util.") && isContainer(returned) == isContainer(declared)
				&& Map.class.isAssignableFrom(returned) == Map.class.isAssignableFrom(declared);
	}

	private static boolean isContainer(Class<?> type) {
		return type.isArray() || Iterable.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type);
	}

	private final class Accessors extends ClassVisitor {

		private Accessors() {
			super(SpringAsmInfo.ASM_VERSION);
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			boolean candidate = descriptor.startsWith("()") && (access & Opcodes.ACC_STATIC) == 0;
			return candidate ? new Accessor(name + descriptor) : null;
		}

	}

	/**
	 * Visits one method, and accepts no instruction that could produce another value.
	 */
	private final class Accessor extends MethodVisitor {

		private final String method;

		private @Nullable String field;

		/**
		 * Whether there is something other than the value of the field, as in Kotlin's
		 * failure for a property that is not initialized.
		 */
		private boolean dropping;

		private boolean ofKotlin;

		private boolean other;

		private Accessor(String method) {
			super(SpringAsmInfo.ASM_VERSION);
			this.method = method;
		}

		@Override
		public void visitVarInsn(int opcode, int variable) {
			this.other |= opcode != Opcodes.ALOAD || variable != 0;
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			this.other |= opcode != Opcodes.GETFIELD || (this.field != null && !this.field.equals(name));
			this.field = name;
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			this.ofKotlin |= owner.equals(KOTLIN);
			this.other |= !owner.equals(KOTLIN) && !owner.startsWith("java/util/") && !BOXES.contains(owner)
					&& !(owner.startsWith("[") && name.equals("clone"));
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			this.other |= opcode != Opcodes.CHECKCAST && !type.startsWith("java/util/");
		}

		@Override
		public void visitInsn(int opcode) {
			boolean dropping = opcode == Opcodes.POP || opcode == Opcodes.ACONST_NULL;
			this.dropping |= dropping;
			this.other |= !dropping && opcode != Opcodes.DUP && (opcode < Opcodes.IRETURN || opcode > Opcodes.ARETURN);
		}

		@Override
		public void visitJumpInsn(int opcode, Label label) {
			this.other |= opcode != Opcodes.IFNULL && opcode != Opcodes.IFNONNULL && opcode != Opcodes.GOTO;
		}

		@Override
		public void visitLdcInsn(Object value) {
			this.dropping = true;
		}

		@Override
		public void visitIntInsn(int opcode, int operand) {
			this.other = true;
		}

		@Override
		public void visitIincInsn(int variable, int increment) {
			this.other = true;
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
			this.other = true;
		}

		@Override
		public void visitTableSwitchInsn(int min, int max, Label defaultLabel, Label... labels) {
			this.other = true;
		}

		@Override
		public void visitLookupSwitchInsn(Label defaultLabel, int[] keys, Label[] labels) {
			this.other = true;
		}

		@Override
		public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
			this.other = true;
		}

		@Override
		public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
			this.other = true;
		}

		@Override
		public void visitEnd() {
			if (this.field != null && !this.other && (!this.dropping || this.ofKotlin)) {
				PlainAccessors.this.fields.put(this.method, this.field);
			}
		}

	}

}
