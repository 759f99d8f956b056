/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.HashSet;
import java.util.Set;

import io.airlockapp.gateway.approval.snapshot.ClassFiles;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ConstantDynamic;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;

/**
 * Reads the code of types and of their nested classes for references to methods: calls,
 * and method references and other constants.
 */
abstract class MethodReferences {

	private final Set<String> read = new HashSet<>();

	/**
	 * Read the class files of a type and its nested classes.
	 */
	final void read(Class<?> type) {
		read(Type.getInternalName(type), type);
	}

	private void read(String name, Class<?> member) {
		// A nested class that does not exist is only named
		if (this.read.add(name)
				&& !ClassFiles.visit(name, member, new CodeVisitor(name, member),
						ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES)
				&& ClassUtils.isPresent(name.replace('/', '.'), member.getClassLoader())) {
			visitUnreadable(name, member);
		}
	}

	/**
	 * Visit a class whose file cannot be read.
	 * @param owner the internal name of the class
	 * @param member the type that is, or encloses, the class
	 */
	void visitUnreadable(String owner, Class<?> member) {
	}

	/**
	 * Visit a reference.
	 * @param code the method with the reference
	 * @param reference the reference
	 */
	abstract void visitReference(Code code, Reference reference);

	/**
	 * Method with a reference.
	 *
	 * @param member the type that is, or encloses, its class
	 * @param owner the internal name of its class
	 */
	record Code(Class<?> member, String owner, int access, String name, String descriptor) {
	}

	/**
	 * Reference to a method.
	 *
	 * @param bySuper whether exactly this method is called, whatever overrides it
	 * @param isCall whether it is a call
	 * @param owner the internal name of the type on which the method is called
	 */
	record Reference(boolean bySuper, boolean isCall, String owner, String name, String descriptor) {
	}

	/**
	 * Visits the code of one class file.
	 */
	private final class CodeVisitor extends ClassVisitor {

		private final String owner;

		private final Class<?> member;

		private CodeVisitor(String owner, Class<?> member) {
			super(SpringAsmInfo.ASM_VERSION);
			this.owner = owner;
			this.member = member;
		}

		@Override
		public void visitInnerClass(String name, @Nullable String outerName, @Nullable String innerName, int access) {
			visitNested(name);
		}

		private void visitNested(String name) {
			if (name.startsWith(Type.getInternalName(this.member) + "$")) {
				read(name, this.member);
			}
		}

		@Override
		public MethodVisitor visitMethod(int access, String method, String methodDescriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			Code code = new Code(this.member, this.owner, access, method, methodDescriptor);
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitMethodInsn(int opcode, String type, String name, String descriptor,
						boolean isInterface) {
					visitNested(type);
					visitReference(code, new Reference(opcode == Opcodes.INVOKESPECIAL, true, type, name, descriptor));
				}

				// Kotlin does not declare the nested classes of inlined code
				@Override
				public void visitFieldInsn(int opcode, String type, String name, String descriptor) {
					visitNested(type);
				}

				@Override
				public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap,
						Object... arguments) {
					visitConstants(arguments);
				}

				@Override
				public void visitLdcInsn(Object value) {
					visitConstants(value);
				}

				private void visitConstants(Object... constants) {
					for (Object constant : constants) {
						if (constant instanceof Handle handle) {
							visitNested(handle.getOwner());
							if (handle.getTag() > Opcodes.H_PUTSTATIC) {
								visitReference(code, new Reference(handle.getTag() == Opcodes.H_INVOKESPECIAL, false,
										handle.getOwner(), handle.getName(), handle.getDesc()));
							}
						}
						else if (constant instanceof ConstantDynamic dynamic) {
							for (int index = 0; index < dynamic.getBootstrapMethodArgumentCount(); index++) {
								visitConstants(dynamic.getBootstrapMethodArgument(index));
							}
						}
					}
				}

			};
		}

	}

}
