package io.airlockapp.gateway.approval.verification;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ConstantDynamic;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Visits the calls and the field accesses of a method. It tracks for each slot of the
 * stack the field or the parameter from which its value was read in any case. The values
 * of other variables and the results of methods are never traced.
 */
abstract class ReceiverVisitor extends MethodVisitor {

	/**
	 * The value of a slot on which no method can be called.
	 */
	static final String NULL = "null";

	private static final String UNKNOWN = "";

	private static final String PARAMETER = "parameter ";

	private final int parameters;

	private final Map<Label, List<String>> stacks = new HashMap<>();

	private final Set<Label> passed = new HashSet<>();

	private final Set<String> assigned = new HashSet<>();

	private final List<Runnable> accesses = new ArrayList<>();

	private List<String> stack = new ArrayList<>();

	private boolean reachable = true;

	private boolean traceable = true;

	/**
	 * Create a visitor.
	 * @param isStatic whether the method is static
	 * @param descriptor the descriptor of the method
	 */
	ReceiverVisitor(boolean isStatic, String descriptor) {
		super(SpringAsmInfo.ASM_VERSION);
		int size = Type.getArgumentsAndReturnSizes(descriptor) >> 2;
		this.parameters = isStatic ? size - 1 : size;
		if (!isStatic) {
			this.assigned.add(PARAMETER + 0);
		}
	}

	/**
	 * Visit a call, or a reference to a method.
	 * @param opcode the opcode of the call
	 * @param type the internal name of the declared type of the receiver
	 * @param name the name of the method
	 * @param descriptor the descriptor of the method
	 * @param field the field from which the receiver, or the first argument of a static
	 * method, was read; {@link #NULL}, or an empty string if it is unknown
	 */
	abstract void visitCall(int opcode, String type, String name, String descriptor, String field);

	/**
	 * Visit the assignment of a field.
	 * @param field the field
	 * @param ofParameter whether the value is a parameter of the method, or {@code null}
	 */
	abstract void visitAssignment(String field, boolean ofParameter);

	@Override
	public void visitEnd() {
		this.accesses.forEach(Runnable::run);
	}

	private boolean isParameter(String value) {
		return this.traceable
				&& (value.equals(NULL) || (value.startsWith(PARAMETER) && !this.assigned.contains(value)));
	}

	private void addCall(int opcode, String type, String name, String descriptor, String receiver) {
		this.accesses.add(() -> visitCall(opcode, type, name, descriptor,
				(this.traceable && !receiver.startsWith(PARAMETER)) ? receiver : UNKNOWN));
	}

	@Override
	public void visitInsn(int opcode) {
		switch (opcode) {
			case Opcodes.POP -> pop(1);
			case Opcodes.POP2 -> pop(2);
			case Opcodes.DUP -> duplicate(1, 0);
			case Opcodes.DUP_X1 -> duplicate(1, 1);
			case Opcodes.DUP_X2 -> duplicate(1, 2);
			case Opcodes.DUP2 -> duplicate(2, 0);
			case Opcodes.DUP2_X1 -> duplicate(2, 1);
			case Opcodes.DUP2_X2 -> duplicate(2, 2);
			case Opcodes.SWAP -> {
				String top = pop();
				String below = pop();
				push(top);
				push(below);
			}
			case Opcodes.IRETURN, Opcodes.LRETURN, Opcodes.FRETURN, Opcodes.DRETURN, Opcodes.ARETURN, Opcodes.RETURN,
					Opcodes.ATHROW ->
				this.reachable = false;
			// No method can be called on null
			case Opcodes.ACONST_NULL -> push(NULL);
			default -> change(delta(opcode));
		}
	}

	/**
	 * Return the change in the height of the stack by an instruction that computes a
	 * value.
	 */
	private static int delta(int opcode) {
		return switch (opcode) {
			case Opcodes.LCONST_0, Opcodes.LCONST_1, Opcodes.DCONST_0, Opcodes.DCONST_1 -> 2;
			case Opcodes.ICONST_M1, Opcodes.ICONST_0, Opcodes.ICONST_1, Opcodes.ICONST_2, Opcodes.ICONST_3,
					Opcodes.ICONST_4, Opcodes.ICONST_5, Opcodes.FCONST_0, Opcodes.FCONST_1, Opcodes.FCONST_2,
					Opcodes.I2L, Opcodes.I2D, Opcodes.F2L, Opcodes.F2D ->
				1;
			case Opcodes.NOP, Opcodes.LALOAD, Opcodes.DALOAD, Opcodes.INEG, Opcodes.LNEG, Opcodes.FNEG, Opcodes.DNEG,
					Opcodes.I2F, Opcodes.I2B, Opcodes.I2C, Opcodes.I2S, Opcodes.F2I, Opcodes.L2D, Opcodes.D2L,
					Opcodes.ARRAYLENGTH ->
				0;
			case Opcodes.LADD, Opcodes.LSUB, Opcodes.LMUL, Opcodes.LDIV, Opcodes.LREM, Opcodes.LAND, Opcodes.LOR,
					Opcodes.LXOR, Opcodes.DADD, Opcodes.DSUB, Opcodes.DMUL, Opcodes.DDIV, Opcodes.DREM ->
				-2;
			case Opcodes.IASTORE, Opcodes.FASTORE, Opcodes.AASTORE, Opcodes.BASTORE, Opcodes.CASTORE, Opcodes.SASTORE,
					Opcodes.LCMP, Opcodes.DCMPL, Opcodes.DCMPG ->
				-3;
			case Opcodes.LASTORE, Opcodes.DASTORE -> -4;
			default -> -1;
		};
	}

	@Override
	public void visitIntInsn(int opcode, int operand) {
		change((opcode == Opcodes.NEWARRAY) ? 0 : 1);
	}

	@Override
	public void visitLdcInsn(Object value) {
		boolean wide = value instanceof Long || value instanceof Double
				|| (value instanceof ConstantDynamic constant && constant.getSize() == 2);
		change(wide ? 2 : 1);
	}

	@Override
	public void visitVarInsn(int opcode, int variable) {
		switch (opcode) {
			case Opcodes.ALOAD -> push((variable < this.parameters) ? PARAMETER + variable : UNKNOWN);
			case Opcodes.ILOAD, Opcodes.FLOAD -> change(1);
			case Opcodes.LLOAD, Opcodes.DLOAD -> change(2);
			default -> {
				this.assigned.add(PARAMETER + variable);
				change((opcode == Opcodes.LSTORE || opcode == Opcodes.DSTORE) ? -2 : -1);
			}
		}
	}

	@Override
	public void visitTypeInsn(int opcode, String type) {
		if (opcode == Opcodes.CHECKCAST) {
			return;
		}
		if (opcode != Opcodes.NEW) {
			pop();
		}
		push(UNKNOWN);
	}

	@Override
	public void visitFieldInsn(int opcode, String type, String name, String descriptor) {
		int size = Type.getType(descriptor).getSize();
		String field = type + "." + name;
		if (opcode == Opcodes.PUTFIELD || opcode == Opcodes.PUTSTATIC) {
			String value = pop();
			pop(size - 1 + ((opcode == Opcodes.PUTFIELD) ? 1 : 0));
			this.accesses.add(() -> visitAssignment(field, isParameter(value)));
			return;
		}
		if (opcode == Opcodes.GETFIELD) {
			pop();
		}
		for (int slot = 0; slot < size; slot++) {
			push(field);
		}
	}

	@Override
	public void visitMethodInsn(int opcode, String type, String name, String descriptor, boolean isInterface) {
		String first = popArguments(descriptor);
		addCall(opcode, type, name, descriptor, (opcode == Opcodes.INVOKESTATIC) ? first : pop());
		change(Type.getReturnType(descriptor).getSize());
	}

	@Override
	public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
		String first = popArguments(descriptor);
		for (Object argument : arguments) {
			if (argument instanceof Handle handle) {
				addCall((handle.getTag() == Opcodes.H_INVOKESPECIAL) ? Opcodes.INVOKESPECIAL : Opcodes.INVOKEDYNAMIC,
						handle.getOwner(), handle.getName(), handle.getDesc(), first);
			}
		}
		change(Type.getReturnType(descriptor).getSize());
	}

	/**
	 * Pop arguments.
	 * @return the value of the first one
	 */
	private String popArguments(String descriptor) {
		String first = UNKNOWN;
		for (Type argument : Type.getArgumentTypes(descriptor)) {
			for (int slot = 0; slot < argument.getSize(); slot++) {
				first = pop();
			}
		}
		return first;
	}

	@Override
	public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
		pop(dimensions);
		push(UNKNOWN);
	}

	@Override
	public void visitJumpInsn(int opcode, Label label) {
		switch (opcode) {
			case Opcodes.GOTO -> {
			}
			case Opcodes.IF_ICMPEQ, Opcodes.IF_ICMPNE, Opcodes.IF_ICMPLT, Opcodes.IF_ICMPGE, Opcodes.IF_ICMPGT,
					Opcodes.IF_ICMPLE, Opcodes.IF_ACMPEQ, Opcodes.IF_ACMPNE ->
				pop(2);
			default -> pop(1);
		}
		comeTo(label);
		this.reachable = this.reachable && opcode != Opcodes.GOTO;
	}

	@Override
	public void visitTableSwitchInsn(int min, int max, Label defaultLabel, Label... labels) {
		visitSwitch(defaultLabel, labels);
	}

	@Override
	public void visitLookupSwitchInsn(Label defaultLabel, int[] keys, Label[] labels) {
		visitSwitch(defaultLabel, labels);
	}

	private void visitSwitch(Label defaultLabel, Label[] labels) {
		pop(1);
		comeTo(defaultLabel);
		for (Label label : labels) {
			comeTo(label);
		}
		this.reachable = false;
	}

	@Override
	public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
		this.stacks.put(handler, List.of(UNKNOWN));
	}

	private void comeTo(Label label) {
		if (this.passed.contains(label) && !this.stack.isEmpty()) {
			// The code at the label was visited without these values
			this.traceable = false;
		}
		if (this.reachable) {
			this.stacks.merge(label, List.copyOf(this.stack), ReceiverVisitor::merge);
		}
	}

	@Override
	public void visitLabel(Label label) {
		this.passed.add(label);
		if (!this.reachable) {
			this.stack = new ArrayList<>(this.stacks.getOrDefault(label, List.of()));
			this.reachable = true;
		}
		else if (this.stacks.containsKey(label)) {
			this.stack = merge(this.stack, this.stacks.get(label));
		}
	}

	/**
	 * Merge the stacks of two branches: a value is known if it is the same after both.
	 */
	private static List<String> merge(List<String> stack, List<String> other) {
		List<String> merged = new ArrayList<>();
		for (int slot = 0; slot < stack.size(); slot++) {
			merged.add((slot < other.size()) ? merge(stack.get(slot), other.get(slot)) : UNKNOWN);
		}
		return merged;
	}

	private static String merge(String value, String other) {
		if (value.equals(other) || other.equals(NULL)) {
			return value;
		}
		return value.equals(NULL) ? other : UNKNOWN;
	}

	private void duplicate(int size, int depth) {
		int top = this.stack.size();
		int from = top - size;
		int to = from - depth;
		if (to >= 0) {
			this.stack.addAll(to, List.copyOf(this.stack.subList(from, top)));
		}
	}

	private void change(int delta) {
		pop(-delta);
		for (int pushed = 0; pushed < delta; pushed++) {
			push(UNKNOWN);
		}
	}

	private void push(String value) {
		this.stack.add(value);
	}

	private void pop(int size) {
		for (int popped = 0; popped < size; popped++) {
			pop();
		}
	}

	private String pop() {
		return this.stack.isEmpty() ? UNKNOWN : this.stack.remove(this.stack.size() - 1);
	}

}
