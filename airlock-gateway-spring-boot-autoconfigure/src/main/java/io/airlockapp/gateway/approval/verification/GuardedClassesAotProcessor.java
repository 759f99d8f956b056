/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;

/**
 * Finds the guarded classes of the application, and of its libraries, that no bean
 * definition names, such as the implementation of an interface that a bean method
 * returns. In a native image without metadata of their methods, their beans would be left
 * without a guard.
 */
final class GuardedClassesAotProcessor implements BeanFactoryInitializationAotProcessor {

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		if (!AutoConfigurationPackages.has(beanFactory)) {
			return null;
		}
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		Set<Class<?>> types = find(AutoConfigurationPackages.get(beanFactory), classLoader);
		return types.isEmpty() ? null : (generationContext, code) -> types
			.forEach((type) -> ApprovalRuntimeHints.register(type, generationContext.getRuntimeHints().reflection()));
	}

	/**
	 * Find the guarded classes among the class files that contain the name of an
	 * application package, as all of the application's own do, or the name of the
	 * annotation or of a composed annotation.
	 */
	private static Set<Class<?>> find(List<String> packages, @Nullable ClassLoader classLoader) {
		Set<Class<?>> types = new LinkedHashSet<>();
		List<Resource> files = files(classLoader);
		List<String> names = new ArrayList<>(packages.stream().map((name) -> name.replace('.', '/')).toList());
		names.add(RequiresAirlockApproval.class.descriptorString());
		while (!names.isEmpty()) {
			List<String> sought = List.copyOf(names);
			names.clear();
			for (Resource file : files) {
				Class<?> type = findGuarded(file, sought, classLoader);
				if (type != null && types.add(type) && type.isAnnotation()) {
					names.add(type.descriptorString());
				}
			}
		}
		return types;
	}

	private static List<Resource> files(@Nullable ClassLoader classLoader) {
		try {
			return Arrays
				.stream(new PathMatchingResourcePatternResolver(classLoader).getResources("classpath*:**/*.class"))
				.filter((file) -> !file.toString().contains("!/META-INF/versions/"))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static @Nullable Class<?> findGuarded(Resource file, List<String> sought,
			@Nullable ClassLoader classLoader) {
		try (InputStream content = file.getInputStream()) {
			byte[] bytes = content.readAllBytes();
			String text = new String(bytes, StandardCharsets.ISO_8859_1);
			if (sought.stream().noneMatch(text::contains)) {
				return null;
			}
			Class<?> type = ClassUtils.forName(new ClassReader(bytes).getClassName().replace('/', '.'), classLoader);
			return GuardedMethods.mayGuard(type) ? type : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (ClassNotFoundException | IllegalStateException | LinkageError ex) {
			// A class that cannot be loaded cannot be a bean, nor can one with methods
			// whose types are missing
			return null;
		}
	}

}
