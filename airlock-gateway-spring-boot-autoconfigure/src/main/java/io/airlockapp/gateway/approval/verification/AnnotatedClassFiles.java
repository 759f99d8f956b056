package io.airlockapp.gateway.approval.verification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;

/**
 * Finds the classes of the class path, libraries included, that name an annotation.
 */
final class AnnotatedClassFiles {

	/**
	 * Libraries that are large and know nothing of this one.
	 */
	private static final List<String> SKIPPED = List.of("/org/springframework/", "/org/apache/", "/org/hibernate/",
			"/com/fasterxml/", "/tools/jackson/", "/io/micrometer/", "/io/netty/", "/reactor/", "/ch/qos/logback/",
			"/META-INF/versions/");

	private final Set<Class<?>> searched = new HashSet<>();

	private final Resource[] files;

	private final @Nullable ClassLoader classLoader;

	AnnotatedClassFiles(@Nullable ClassLoader classLoader) {
		this.classLoader = classLoader;
		try {
			this.files = new PathMatchingResourcePatternResolver(classLoader).getResources("classpath*:**/*.class");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Find the classes that name an annotation, or one that has it.
	 * @param annotation the annotation
	 * @return the classes that can be loaded
	 */
	Stream<Class<?>> find(Class<?> annotation) {
		if (!this.searched.add(annotation)) {
			return Stream.empty();
		}
		String descriptor = annotation.descriptorString();
		return Arrays.stream(this.files)
			.filter((file) -> isNaming(file, descriptor))
			.map(this::load)
			.filter(Objects::nonNull)
			.flatMap((type) -> type.isAnnotation() ? Stream.concat(Stream.of(type), find(type)) : Stream.of(type));
	}

	private static boolean isNaming(Resource file, String descriptor) {
		try {
			String location = file.getURL().toString();
			if (SKIPPED.stream().anyMatch(location::contains)) {
				return false;
			}
			try (InputStream content = file.getInputStream()) {
				return new String(content.readAllBytes(), StandardCharsets.ISO_8859_1).contains(descriptor);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private @Nullable Class<?> load(Resource file) {
		try {
			return ClassUtils.forName(className(file), this.classLoader);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			// What can't be loaded can be no bean
			return null;
		}
	}

	private static String className(Resource file) {
		try (InputStream content = file.getInputStream()) {
			return new ClassReader(content).getClassName().replace('/', '.');
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
