/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;

/**
 * Reads class files, as far as they are available and can be read.
 */
public final class ClassFiles {

	private ClassFiles() {
	}

	/**
	 * Return the name of a method with its descriptor, by which a class file names it.
	 * @param method the method
	 * @return the name and the descriptor
	 */
	public static String nameAndDescriptor(Method method) {
		return method.getName() + Type.getMethodDescriptor(method);
	}

	/**
	 * Return whether the file of a class contains a name.
	 * @param type the class
	 * @param name the name
	 * @return {@code false} also if there is no file
	 */
	public static boolean contains(Class<?> type, String name) {
		try (InputStream file = open(Type.getInternalName(type), type)) {
			return file != null && new String(file.readAllBytes(), StandardCharsets.ISO_8859_1).contains(name);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Visit the file of a class. A native image contains only those of arguments.
	 * @param name the internal name of the class
	 * @param neighbor the class, or one of the same class loader
	 * @param visitor the visitor
	 * @param options the options of the {@link ClassReader}
	 * @return whether the file was read
	 */
	public static boolean visit(String name, Class<?> neighbor, ClassVisitor visitor, int options) {
		try (InputStream file = open(name, neighbor)) {
			if (file == null) {
				return false;
			}
			new ClassReader(file).accept(visitor, options);
			return true;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (IllegalArgumentException ex) {
			// The class file is newer than Spring's reader supports
			return false;
		}
	}

	/**
	 * Find the methods that a method calls on its object.
	 * @param caller the method
	 * @return their names and descriptors, or none if the class file cannot be read
	 */
	public static Set<String> calledBy(Method caller) {
		Class<?> type = caller.getDeclaringClass();
		String signature = nameAndDescriptor(caller);
		Set<String> hierarchy = LibraryTypes.hierarchy(type).map(Type::getInternalName).collect(Collectors.toSet());
		Set<String> called = new HashSet<>();
		MethodVisitor calls = new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

			@Override
			public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
				if (hierarchy.contains(owner)) {
					called.add(name + descriptor);
				}
			}

		};
		visit(Type.getInternalName(type), type, new ClassVisitor(SpringAsmInfo.ASM_VERSION) {

			@Override
			public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
					@Nullable String generic, String @Nullable [] exceptions) {
				return (name + descriptor).equals(signature) ? calls : null;
			}

		}, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		return called;
	}

	private static @Nullable InputStream open(String name, Class<?> neighbor) {
		return neighbor.getResourceAsStream("/" + name + ClassUtils.CLASS_FILE_SUFFIX);
	}

}
