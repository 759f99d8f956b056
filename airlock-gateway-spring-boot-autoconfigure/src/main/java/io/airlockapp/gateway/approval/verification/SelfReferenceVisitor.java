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
 * Follows {@code this} through the code of a method. It tracks for each slot of the stack
 * whether it may contain {@code this}, and for each variable whether it does where the
 * code is read from top to bottom.
 */
class SelfReferenceVisitor extends MethodVisitor {

	private final String owner;

	private final SelfReferences found;

	private final Set<Integer> variables;

	private final Map<Label, List<Boolean>> stacks = new HashMap<>();

	private List<Boolean> stack = new ArrayList<>();

	private boolean reachable = true;

	SelfReferenceVisitor(String owner, Set<Integer> self, SelfReferences found) {
		super(SpringAsmInfo.ASM_VERSION);
		this.owner = owner;
		this.variables = new HashSet<>(self);
		this.found = found;
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
				boolean top = pop();
				boolean below = pop();
				push(top);
				push(below);
			}
			case Opcodes.IRETURN, Opcodes.LRETURN, Opcodes.FRETURN, Opcodes.DRETURN, Opcodes.ARETURN, Opcodes.RETURN,
					Opcodes.ATHROW ->
				this.reachable = false;
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
			case Opcodes.ACONST_NULL, Opcodes.ICONST_M1, Opcodes.ICONST_0, Opcodes.ICONST_1, Opcodes.ICONST_2,
					Opcodes.ICONST_3, Opcodes.ICONST_4, Opcodes.ICONST_5, Opcodes.FCONST_0, Opcodes.FCONST_1,
					Opcodes.FCONST_2, Opcodes.I2L, Opcodes.I2D, Opcodes.F2L, Opcodes.F2D ->
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
			case Opcodes.ALOAD -> push(this.variables.contains(variable));
			case Opcodes.ILOAD, Opcodes.FLOAD -> change(1);
			case Opcodes.LLOAD, Opcodes.DLOAD -> change(2);
			case Opcodes.ASTORE -> {
				this.variables.remove(variable);
				if (pop()) {
					this.variables.add(variable);
				}
			}
			default -> {
				this.variables.remove(variable);
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
		push(false);
	}

	@Override
	public void visitFieldInsn(int opcode, String type, String name, String descriptor) {
		int size = Type.getType(descriptor).getSize();
		switch (opcode) {
			case Opcodes.GETSTATIC -> change(size);
			case Opcodes.PUTSTATIC -> pop(size);
			case Opcodes.GETFIELD -> {
				pop();
				change(size);
			}
			default -> pop(size + 1);
		}
	}

	@Override
	public void visitMethodInsn(int opcode, String type, String name, String descriptor, boolean isInterface) {
		Type[] parameters = Type.getArgumentTypes(descriptor);
		List<Type> given = popArguments(parameters);
		boolean self = opcode != Opcodes.INVOKESTATIC && pop();
		boolean withSelf = opcode == Opcodes.INVOKESTATIC && type.equals(this.owner) && !given.isEmpty();
		if (self || withSelf) {
			this.found.calls()
				.add(new SelfReferences.Call(name + descriptor, (opcode == Opcodes.INVOKESPECIAL) ? type : null));
		}
		else {
			given.forEach((parameter) -> this.found.receivers()
				.add(new SelfReferences.Receiver(Type.getObjectType(type).getClassName(), name,
						parameter.getClassName())));
		}
		change(Type.getReturnType(descriptor).getSize());
	}

	@Override
	public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
		boolean self = !popArguments(Type.getArgumentTypes(descriptor)).isEmpty();
		for (Object argument : arguments) {
			if (self && argument instanceof Handle handle) {
				this.found.calls().add(new SelfReferences.Call(handle.getName() + handle.getDesc(), null));
			}
		}
		change(Type.getReturnType(descriptor).getSize());
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
			this.stacks.merge(label, List.copyOf(this.stack), SelfReferenceVisitor::merge);
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
	 * Merge the stacks of two branches: what is {@code this} after one of them may be.
	 */
	private static List<Boolean> merge(List<Boolean> stack, List<Boolean> other) {
		List<Boolean> merged = new ArrayList<>(stack);
		for (int slot = 0; slot < Math.min(stack.size(), other.size()); slot++) {
			merged.set(slot, stack.get(slot) || other.get(slot));
		}
		return merged;
	}

	/**
	 * Pop arguments, and return the parameter types of those that are {@code this}.
	 */
	private List<Type> popArguments(Type[] parameters) {
		List<Type> given = new ArrayList<>();
		for (int index = parameters.length - 1; index >= 0; index--) {
			if (parameters[index].getSize() == 2) {
				pop();
			}
			if (pop()) {
				given.add(parameters[index]);
			}
		}
		return given;
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

	private void push(boolean self) {
		this.stack.add(self);
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
