/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.FieldVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;

/**
 * Holds the members of the classes on the class path, without loading any.
 */
final class ClassPath {

	private final Map<String, Optional<Members>> classes = new HashMap<>();

	boolean resolves(Reference reference) {
		Members owner = find(reference.owner());
		if (owner == null) {
			return false;
		}
		if (reference.name() == null) {
			return true;
		}
		return (reference.ofInterface() == null || reference.ofInterface() == owner.isInterface)
				&& declares(owner, reference.name() + reference.descriptor());
	}

	private boolean declares(Members members, String member) {
		return members.declared.contains(member) || members.superTypes()
			.map(this::find)
			.filter(Objects::nonNull)
			.anyMatch((superType) -> declares(superType, member));
	}

	private @Nullable Members find(String internalName) {
		Optional<Members> known = this.classes.get(internalName);
		if (known == null) {
			known = Optional.ofNullable(read(internalName));
			this.classes.put(internalName, known);
		}
		return known.orElse(null);
	}

	private static @Nullable Members read(String internalName) {
		try (InputStream classFile = ClassPath.class.getClassLoader().getResourceAsStream(internalName + ".class")) {
			if (classFile == null) {
				return null;
			}
			Members members = new Members();
			new ClassReader(classFile).accept(members,
					ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			return members;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static final class Members extends ClassVisitor {

		private final Set<String> declared = new HashSet<>();

		private boolean isInterface;

		private @Nullable String superName;

		private String[] interfaces = {};

		Members() {
			super(SpringAsmInfo.ASM_VERSION);
		}

		Stream<String> superTypes() {
			return Stream.concat(Stream.ofNullable(this.superName), Arrays.stream(this.interfaces));
		}

		@Override
		public void visit(int version, int access, String name, @Nullable String signature, @Nullable String superName,
				String @Nullable [] interfaces) {
			this.isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
			this.superName = superName;
			this.interfaces = (interfaces != null) ? interfaces : this.interfaces;
		}

		@Override
		public @Nullable FieldVisitor visitField(int access, String name, String descriptor, @Nullable String signature,
				@Nullable Object value) {
			this.declared.add(name + descriptor);
			return null;
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			this.declared.add(name + descriptor);
			return null;
		}

	}

}
