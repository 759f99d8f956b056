/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * {@link ClassLoader} of classes that are compiled from generated source code.
 */
public final class CompiledClasses extends ClassLoader {

	private static final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

	/**
	 * Remains open: reading the class path takes most of the time of a compilation.
	 */
	private static final JavaFileManager classPath = compiler.getStandardFileManager(null, null, null);

	private final Map<String, ByteArrayOutputStream> files;

	private CompiledClasses(Map<String, ByteArrayOutputStream> files) {
		super(CompiledClasses.class.getClassLoader());
		this.files = files;
	}

	/**
	 * Compile classes, except for those that the compiler refuses.
	 * @param sources the source code of top-level classes, by their names
	 * @return the loader of the classes
	 * @throws IllegalArgumentException if the compiler refuses all of them
	 */
	public static CompiledClasses of(Map<String, String> sources) {
		Map<String, ByteArrayOutputStream> files = new HashMap<>();
		Map<JavaFileObject, String> all = new LinkedHashMap<>();
		sources.forEach((name, source) -> all.put(new Source(name, source), name));
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		boolean compiled = compile(all.keySet(), diagnostics, files);
		if (!compiled) {
			diagnostics.getDiagnostics()
				.stream()
				.filter((diagnostic) -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
				.forEach((diagnostic) -> all.remove(diagnostic.getSource()));
			compiled = !all.isEmpty() && compile(all.keySet(), diagnostics, files);
		}
		Assert.isTrue(compiled, () -> "%s%n%s".formatted(diagnostics.getDiagnostics(), sources));
		return new CompiledClasses(files);
	}

	private static boolean compile(Set<JavaFileObject> sources, DiagnosticCollector<JavaFileObject> diagnostics,
			Map<String, ByteArrayOutputStream> files) {
		JavaFileManager manager = new ForwardingJavaFileManager<>(classPath) {

			@Override
			public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind,
					FileObject sibling) {
				return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {

					@Override
					public OutputStream openOutputStream() {
						ByteArrayOutputStream file = new ByteArrayOutputStream();
						files.put(name, file);
						return file;
					}

				};
			}

		};
		List<String> options = List.of("-proc:none", "-parameters", "-Xmaxerrs", "0");
		return compiler.getTask(null, manager, diagnostics, options, null, sources).call();
	}

	/**
	 * Forget a class, as if it were missing when the application runs.
	 * @param name the binary name of the class
	 * @return the same loader
	 */
	public CompiledClasses without(String name) {
		this.files.remove(name);
		return this;
	}

	/**
	 * Find a class.
	 * @param name the binary name of the class
	 * @return the class, or {@code null} if the compiler refused its source code
	 */
	public @Nullable Class<?> find(String name) {
		try {
			return loadClass(name);
		}
		catch (ClassNotFoundException ex) {
			return null;
		}
	}

	@Override
	protected Class<?> findClass(String name) throws ClassNotFoundException {
		ByteArrayOutputStream file = this.files.get(name);
		if (file == null) {
			throw new ClassNotFoundException(name);
		}
		return defineClass(name, file.toByteArray(), 0, file.size());
	}

	@Override
	public @Nullable InputStream getResourceAsStream(String name) {
		ByteArrayOutputStream file = this.files.get(name.replace(".class", "").replace('/', '.'));
		return (file != null) ? new ByteArrayInputStream(file.toByteArray()) : super.getResourceAsStream(name);
	}

	private static final class Source extends SimpleJavaFileObject {

		private final String source;

		private Source(String name, String source) {
			super(URI.create("memory:///%s.java".formatted(name.replace('.', '/'))), Kind.SOURCE);
			this.source = source;
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.source;
		}

	}

}
