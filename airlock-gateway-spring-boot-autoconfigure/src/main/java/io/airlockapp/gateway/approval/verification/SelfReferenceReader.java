package io.airlockapp.gateway.approval.verification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;

/**
 * Reads from class files how methods of a class use {@code this}: the methods that they
 * call on it, and the methods that they pass it to.
 */
final class SelfReferenceReader {

	/**
	 * The references by class and method, subclasses first.
	 */
	private final Map<String, Map<String, SelfReferences>> references = new LinkedHashMap<>();

	private final Set<String> entries = new LinkedHashSet<>();

	/**
	 * Read the class file of a class. There is none in a native image.
	 */
	void read(Class<?> type) {
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
			// The class file is newer than Spring's reader supports
		}
	}

	/**
	 * Return the methods that others may call, by name and descriptor.
	 */
	Set<String> entries() {
		return this.entries;
	}

	/**
	 * Return how a method uses {@code this}.
	 */
	SelfReferences of(SelfReferences.Call call) {
		boolean skipped = call.superclass() != null;
		for (Map.Entry<String, Map<String, SelfReferences>> type : this.references.entrySet()) {
			skipped = skipped && !type.getKey().equals(call.superclass());
			SelfReferences found = skipped ? null : type.getValue().get(call.method());
			if (found != null) {
				return found;
			}
		}
		return SelfReferences.NONE;
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
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
			Set<Integer> self = isStatic ? parametersOfOwnType(descriptor) : Set.of(0);
			if (self.isEmpty()) {
				return null;
			}
			String method = name + descriptor;
			if (!isStatic && (access & (Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC)) == 0) {
				SelfReferenceReader.this.entries.add(method);
			}
			SelfReferences found = SelfReferences.empty();
			SelfReferenceReader.this.references.computeIfAbsent(this.owner, (key) -> new LinkedHashMap<>())
				.put(method, found);
			return new SelfReferenceVisitor(this.owner, self, found) {

				@Override
				public @Nullable AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
					// The processor of the annotation may call the method
					if (!isStatic) {
						SelfReferenceReader.this.entries.add(method);
					}
					return null;
				}

			};
		}

		/**
		 * Return the variables of a static method that may contain {@code this}. Such
		 * methods are helpers, the bodies of lambda expressions that read the object from
		 * a variable, and Kotlin's lambdas and methods for default arguments.
		 */
		private Set<Integer> parametersOfOwnType(String descriptor) {
			Set<Integer> variables = new HashSet<>();
			int variable = 0;
			for (Type parameter : Type.getArgumentTypes(descriptor)) {
				if (parameter.getSort() == Type.OBJECT && parameter.getInternalName().equals(this.owner)) {
					variables.add(variable);
				}
				variable += parameter.getSize();
			}
			return variables;
		}

	}

}
