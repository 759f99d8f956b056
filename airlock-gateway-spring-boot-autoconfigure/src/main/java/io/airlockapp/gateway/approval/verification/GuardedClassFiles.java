/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.generate.GenerationContext;
import org.springframework.asm.ClassReader;
import org.springframework.asm.Type;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;

/**
 * Finds guarded classes by their class files, and loads only these.
 */
public final class GuardedClassFiles {

	private GuardedClassFiles() {
	}

	/**
	 * Find the guarded classes among the class files that contain one of the given texts,
	 * the name of the annotation or that of a composed annotation. A class that cannot be
	 * loaded is not among them: it cannot be a bean.
	 * @param pattern the location pattern of the class files
	 * @param texts the texts
	 * @param classLoader the class loader
	 * @return the classes, also those that are refused, and the composed annotations
	 */
	public static Set<Class<?>> find(String pattern, Collection<String> texts, @Nullable ClassLoader classLoader) {
		Set<Class<?>> types = new LinkedHashSet<>();
		List<String> names = new ArrayList<>(texts);
		names.add(RequiresAirlockApproval.class.descriptorString());
		try {
			Resource[] files = new PathMatchingResourcePatternResolver(classLoader).getResources(pattern);
			while (!names.isEmpty()) {
				List<String> sought = List.copyOf(names);
				names.clear();
				for (Resource file : files) {
					Class<?> type = file.toString().contains("!/META-INF/versions/") ? null
							: findGuarded(file, sought, classLoader);
					if (type != null && types.add(type) && type.isAnnotation()) {
						names.add(Type.getInternalName(type));
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return types;
	}

	private static @Nullable Class<?> findGuarded(Resource file, List<String> sought, @Nullable ClassLoader classLoader)
			throws IOException {
		byte[] bytes = file.getContentAsByteArray();
		String text = new String(bytes, StandardCharsets.UTF_8);
		if (sought.stream().noneMatch(text::contains)) {
			return null;
		}
		ClassReader reader = new ClassReader(bytes);
		if (reader.getClassName().contains(LockedClasses.SUFFIX)) {
			// It has the annotations, too, but must not be loaded if it is outdated
			return null;
		}
		Class<?> type = null;
		try {
			type = ClassUtils.getUserClass(ClassUtils.forName(reader.getClassName().replace('/', '.'), classLoader));
			return GuardedMethods.mayGuard(type) ? type : null;
		}
		catch (ClassNotFoundException | IllegalStateException | LinkageError ex) {
			// Also one with methods whose types are missing
			return null;
		}
		catch (UnguardableMethodException ex) {
			// A bean of the class is refused, and one of a class with the annotation
			return type;
		}
	}

	/**
	 * Registers the guarded classes of the application, and of its libraries, that no
	 * bean definition names, such as the implementation of an interface that a bean
	 * method returns. In a native image without metadata of their methods, their beans
	 * would be left without a guard.
	 */
	static final class AotProcessor implements BeanFactoryInitializationAotProcessor {

		@Override
		public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
				ConfigurableListableBeanFactory beanFactory) {
			if (!AutoConfigurationPackages.has(beanFactory)) {
				return null;
			}
			// All class files of a package contain its name
			Set<Class<?>> types = find("classpath*:**/*.class",
					AutoConfigurationPackages.get(beanFactory)
						.stream()
						.map((name) -> name.replace('.', '/') + "/")
						.toList(),
					beanFactory.getBeanClassLoader());
			return types.isEmpty() ? null
					: (generationContext, code) -> types.forEach((type) -> register(type, generationContext));
		}

		private static void register(Class<?> type, GenerationContext generationContext) {
			try {
				ApprovalRuntimeHints.register(type, generationContext.getRuntimeHints());
			}
			catch (UnguardableMethodException ex) {
				// The application refuses a bean of the class, if there is one
			}
		}

	}

}
