/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Consumer;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/**
 * Holds the results of processing a context ahead of time.
 *
 * @param hints what a native image is told
 * @param sources the generated code
 * @param classes the generated class files
 */
public record ProcessedContext(RuntimeHints hints, String sources, Set<String> classes) {

	/**
	 * Process a context.
	 * @param customizer registers what is in the context
	 * @param properties pairs of name and value
	 * @return what came of it
	 */
	public static ProcessedContext of(Consumer<AnnotationConfigApplicationContext> customizer, String... properties) {
		InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(ProcessedContext.class)), files);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(properties).applyTo(context);
			customizer.accept(context);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			generation.writeGeneratedContent();
		}
		return new ProcessedContext(generation.getRuntimeHints(), text(files),
				files.getGeneratedFiles(Kind.CLASS).keySet());
	}

	private static String text(InMemoryGeneratedFiles files) {
		StringBuilder text = new StringBuilder();
		files.getGeneratedFiles(Kind.SOURCE).forEach((path, source) -> {
			try {
				text.append(new String(source.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		return text.toString();
	}

}
