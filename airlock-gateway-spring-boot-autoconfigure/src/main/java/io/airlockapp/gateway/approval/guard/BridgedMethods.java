/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.snapshot.ClassFiles;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the methods that a bridge calls on its object, as far as its class file can be
 * read.
 */
final class BridgedMethods extends ClassVisitor {

	private final String bridge;

	private final Set<String> hierarchy;

	private final Set<String> called = new HashSet<>();

	private BridgedMethods(Method bridge) {
		super(SpringAsmInfo.ASM_VERSION);
		this.bridge = ClassFiles.nameAndDescriptor(bridge);
		this.hierarchy = LibraryTypes.hierarchy(bridge.getDeclaringClass())
			.map(Type::getInternalName)
			.collect(Collectors.toSet());
	}

	/**
	 * Find the methods.
	 * @param bridge the bridge
	 * @param type the class of the object
	 */
	static Stream<Method> find(Method bridge, Class<?> type) {
		Class<?> declaring = bridge.getDeclaringClass();
		BridgedMethods methods = new BridgedMethods(bridge);
		ClassFiles.visit(Type.getInternalName(declaring), declaring, methods,
				ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0
					&& methods.called.contains(ClassFiles.nameAndDescriptor(method)));
	}

	@Override
	public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
			String @Nullable [] exceptions) {
		return (name + descriptor).equals(this.bridge) ? new CallVisitor() : null;
	}

	/**
	 * Visits the code of the bridge.
	 */
	private final class CallVisitor extends MethodVisitor {

		private CallVisitor() {
			super(SpringAsmInfo.ASM_VERSION);
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			if (BridgedMethods.this.hierarchy.contains(owner)) {
				BridgedMethods.this.called.add(name + descriptor);
			}
		}

	}

}
