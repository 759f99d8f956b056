/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.FieldVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Collects what a class file refers to beyond the JDK: the classes, methods and fields
 * that have to be there when its code runs.
 */
final class ReferenceReader extends ClassVisitor {

	private final Set<Reference> references = new LinkedHashSet<>();

	private ReferenceReader() {
		super(SpringAsmInfo.ASM_VERSION);
	}

	static Set<Reference> read(byte[] classFile) {
		ReferenceReader reader = new ReferenceReader();
		new ClassReader(classFile).accept(reader, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		return reader.references;
	}

	private void add(Reference reference) {
		String owner = reference.owner();
		if (owner.startsWith("[")) {
			// Its methods are those of every array
			addType(Type.getObjectType(owner));
		}
		else if (!owner.startsWith("java/")) {
			this.references.add(reference);
		}
	}

	private void addType(Type type) {
		switch (type.getSort()) {
			case Type.ARRAY -> addType(type.getElementType());
			case Type.OBJECT -> add(Reference.to(type.getInternalName()));
			case Type.METHOD -> {
				addType(type.getReturnType());
				for (Type argument : type.getArgumentTypes()) {
					addType(argument);
				}
			}
			default -> {
			}
		}
	}

	private void addConstant(Object constant) {
		if (constant instanceof Type type) {
			addType(type);
		}
		else if (constant instanceof Handle handle) {
			add(new Reference(handle.getOwner(), handle.getName(), handle.getDesc(), handle.isInterface()));
		}
	}

	@Override
	public void visit(int version, int access, String name, @Nullable String signature, @Nullable String superName,
			String @Nullable [] interfaces) {
		if (superName != null) {
			add(Reference.to(superName));
		}
		if (interfaces != null) {
			for (String type : interfaces) {
				add(Reference.to(type));
			}
		}
	}

	@Override
	public @Nullable FieldVisitor visitField(int access, String name, String descriptor, @Nullable String signature,
			@Nullable Object value) {
		addType(Type.getType(descriptor));
		return null;
	}

	@Override
	public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
			String @Nullable [] exceptions) {
		addType(Type.getType(descriptor));
		return new CodeReader();
	}

	private final class CodeReader extends MethodVisitor {

		CodeReader() {
			super(SpringAsmInfo.ASM_VERSION);
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			addType(Type.getObjectType(type));
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			add(new Reference(owner, name, descriptor, null));
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			add(new Reference(owner, name, descriptor, isInterface));
		}

		@Override
		public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
			addType(Type.getType(descriptor));
			for (Object argument : arguments) {
				addConstant(argument);
			}
		}

		@Override
		public void visitLdcInsn(Object value) {
			addConstant(value);
		}

		@Override
		public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
			addType(Type.getType(descriptor));
		}

		@Override
		public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
			if (type != null) {
				add(Reference.to(type));
			}
		}

	}

}
