package io.airlockapp.gateway.approval.verification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.util.ClassUtils;

/**
 * Reads from class files which of its own methods each method of a class calls. On which
 * object is not looked at: it may always be the one that calls.
 */
final class SelfCallReader {

	/**
	 * By class and method, subclasses first.
	 */
	private final Map<String, Map<String, Set<Call>>> calls = new LinkedHashMap<>();

	private final Set<String> entries = new LinkedHashSet<>();

	/**
	 * The class and its superclasses. A call on the object itself names one of them, or
	 * the interface that it is in.
	 */
	private final Set<String> classes = new LinkedHashSet<>();

	SelfCallReader(Class<?> type) {
		for (Class<?> current = type; current != null && current != Object.class; current = current.getSuperclass()) {
			this.classes.add(current.getName().replace('.', '/'));
		}
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			read(current);
		}
		ClassUtils.getAllInterfacesForClassAsSet(type).forEach(this::read);
	}

	/**
	 * Read a class. One without a class file, as in a native image, has nothing to read.
	 */
	private void read(Class<?> type) {
		if (type.getName().startsWith("java.")) {
			return;
		}
		try (InputStream file = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (file != null) {
				new ClassReader(file).accept(new Methods(), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (IllegalArgumentException ex) {
			// A class file that is newer than Spring's reader
		}
	}

	/**
	 * Return the methods that others may call, by names with descriptors.
	 */
	Set<String> entries() {
		return this.entries;
	}

	/**
	 * Return what a method calls in turn.
	 */
	Set<Call> callsIn(Call call) {
		boolean skipped = call.superclass() != null;
		for (Map.Entry<String, Map<String, Set<Call>>> type : this.calls.entrySet()) {
			skipped = skipped && !type.getKey().equals(call.superclass());
			Set<Call> found = skipped ? null : type.getValue().get(call.method());
			if (found != null) {
				return found;
			}
		}
		return Set.of();
	}

	/**
	 * Call of a method.
	 *
	 * @param method the method: its name with its descriptor
	 * @param superclass the class to look for the method in, if a subclass may override
	 * it without being called
	 */
	record Call(String method, @Nullable String superclass) {

	}

	private final class Methods extends ClassVisitor {

		private String owner = "";

		private Methods() {
			super(SpringAsmInfo.ASM_VERSION);
		}

		@Override
		public void visit(int version, int access, String name, @Nullable String signature, @Nullable String superName,
				String @Nullable [] interfaces) {
			this.owner = name;
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			Set<Call> found = new LinkedHashSet<>();
			SelfCallReader.this.calls.computeIfAbsent(this.owner, (key) -> new LinkedHashMap<>())
				.put(name + descriptor, found);
			boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
			if (!isStatic && (access & (Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC)) == 0) {
				SelfCallReader.this.entries.add(name + descriptor);
			}
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public @Nullable AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
					// Whatever the annotation is for may call the method
					if (!isStatic) {
						SelfCallReader.this.entries.add(name + descriptor);
					}
					return null;
				}

				@Override
				public void visitMethodInsn(int opcode, String type, String called, String calledDescriptor,
						boolean isInterface) {
					boolean special = opcode == Opcodes.INVOKESPECIAL;
					if (special || isOwn(type)) {
						found.add(new Call(called + calledDescriptor, special ? type : null));
					}
				}

				@Override
				public void visitInvokeDynamicInsn(String called, String calledDescriptor, Handle bootstrap,
						Object... arguments) {
					for (Object argument : arguments) {
						if (argument instanceof Handle handle && isOwn(handle.getOwner())) {
							found.add(new Call(handle.getName() + handle.getDesc(), null));
						}
					}
				}

			};
		}

		private boolean isOwn(String type) {
			return type.equals(this.owner) || SelfCallReader.this.classes.contains(type);
		}

	}

}
