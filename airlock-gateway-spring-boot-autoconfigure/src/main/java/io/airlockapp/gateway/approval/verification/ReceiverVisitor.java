package io.airlockapp.gateway.approval.verification;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ConstantDynamic;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Visits the calls of a method, and determines for each whether its receiver was read
 * from a field directly before. It tracks for each slot of the stack whether it contains
 * such a value in any case. Values of variables and results of methods are never traced.
 */
abstract class ReceiverVisitor extends MethodVisitor {

	private final Map<Label, List<Boolean>> stacks = new HashMap<>();

	private List<Boolean> stack = new ArrayList<>();

	private boolean reachable = true;

	ReceiverVisitor() {
		super(SpringAsmInfo.ASM_VERSION);
	}

	/**
	 * Visit a call, or a reference to a method.
	 * @param type the internal name of the declared type of the receiver
	 * @param name the name of the method
	 * @param descriptor the descriptor of the method
	 * @param ofField whether the receiver was read from a field
	 */
	abstract void visitCall(String type, String name, String descriptor, boolean ofField);

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
				boolean top = pop();
				boolean below = pop();
				push(top);
				push(below);
			}
			case Opcodes.IRETURN, Opcodes.LRETURN, Opcodes.FRETURN, Opcodes.DRETURN, Opcodes.ARETURN, Opcodes.RETURN,
					Opcodes.ATHROW ->
				this.reachable = false;
			// No method can be called on null
			case Opcodes.ACONST_NULL -> push(true);
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
		change(switch (opcode) {
			case Opcodes.ILOAD, Opcodes.FLOAD, Opcodes.ALOAD -> 1;
			case Opcodes.LLOAD, Opcodes.DLOAD -> 2;
			case Opcodes.LSTORE, Opcodes.DSTORE -> -2;
			default -> -1;
		});
	}

	@Override
	public void visitTypeInsn(int opcode, String type) {
		if (opcode == Opcodes.CHECKCAST) {
			return;
		}
		if (opcode != Opcodes.NEW) {
			pop();
		}
		push(false);
	}

	@Override
	public void visitFieldInsn(int opcode, String type, String name, String descriptor) {
		int size = Type.getType(descriptor).getSize();
		switch (opcode) {
			case Opcodes.GETSTATIC -> pushField(size);
			case Opcodes.PUTSTATIC -> pop(size);
			case Opcodes.GETFIELD -> {
				pop();
				pushField(size);
			}
			default -> pop(size + 1);
		}
	}

	private void pushField(int size) {
		for (int slot = 0; slot < size; slot++) {
			push(true);
		}
	}

	@Override
	public void visitMethodInsn(int opcode, String type, String name, String descriptor, boolean isInterface) {
		boolean first = popArguments(descriptor);
		visitCall(type, name, descriptor, (opcode == Opcodes.INVOKESTATIC) ? first : pop());
		change(Type.getReturnType(descriptor).getSize());
	}

	@Override
	public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
		boolean first = popArguments(descriptor);
		for (Object argument : arguments) {
			if (argument instanceof Handle handle) {
				visitCall(handle.getOwner(), handle.getName(), handle.getDesc(), first);
			}
		}
		change(Type.getReturnType(descriptor).getSize());
	}

	/**
	 * Pop arguments.
	 * @return whether the first one was read from a field
	 */
	private boolean popArguments(String descriptor) {
		boolean first = false;
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
		push(false);
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
		this.stacks.put(handler, List.of(false));
	}

	private void comeTo(Label label) {
		if (this.reachable) {
			this.stacks.merge(label, List.copyOf(this.stack), ReceiverVisitor::merge);
		}
	}

	@Override
	public void visitLabel(Label label) {
		if (!this.reachable) {
			this.stack = new ArrayList<>(this.stacks.getOrDefault(label, List.of()));
			this.reachable = true;
		}
		else if (this.stacks.containsKey(label)) {
			this.stack = merge(this.stack, this.stacks.get(label));
		}
	}

	/**
	 * Merge the stacks of two branches: a value is that of a field if it is after both.
	 */
	private static List<Boolean> merge(List<Boolean> stack, List<Boolean> other) {
		List<Boolean> merged = new ArrayList<>(stack);
		for (int slot = 0; slot < Math.min(stack.size(), other.size()); slot++) {
			merged.set(slot, stack.get(slot) && other.get(slot));
		}
		return merged;
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
			push(false);
		}
	}

	private void push(boolean ofField) {
		this.stack.add(ofField);
	}

	private void pop(int size) {
		for (int popped = 0; popped < size; popped++) {
			pop();
		}
	}

	private boolean pop() {
		return !this.stack.isEmpty() && this.stack.remove(this.stack.size() - 1);
	}

}
