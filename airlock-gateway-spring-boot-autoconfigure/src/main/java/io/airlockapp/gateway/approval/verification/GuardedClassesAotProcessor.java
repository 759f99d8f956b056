package io.airlockapp.gateway.approval.verification;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.method.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.util.ClassUtils;

/**
 * Finds the guarded classes of the application, and of its libraries, that no bean
 * definition names, such as the implementation of an interface that a bean method
 * returns. In a native image without metadata of their methods, their beans would be left
 * without guard.
 */
final class GuardedClassesAotProcessor implements BeanFactoryInitializationAotProcessor {

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		if (!AutoConfigurationPackages.has(beanFactory)) {
			return null;
		}
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		Stream<Class<?>> ofApplication = AutoConfigurationPackages.get(beanFactory)
			.stream()
			.flatMap((name) -> new AllClasses().findCandidateComponents(name).stream())
			.map((definition) -> load(definition, classLoader));
		Stream<Class<?>> ofLibraries = new AnnotatedClassFiles(classLoader).find(RequiresAirlockApproval.class);
		List<Class<?>> types = Stream.concat(ofApplication, ofLibraries)
			.filter((type) -> type != null && mayGuard(type))
			.distinct()
			.toList();
		return types.isEmpty() ? null : (generationContext, code) -> register(types,
				generationContext.getRuntimeHints().reflection(), classLoader);
	}

	private static void register(List<Class<?>> types, ReflectionHints hints, @Nullable ClassLoader classLoader) {
		GuardedTypeHints guarded = new GuardedTypeHints(hints, classLoader);
		types.forEach((type) -> guarded.register(type, GuardedMethods.of(type)));
	}

	private static @Nullable Class<?> load(BeanDefinition definition, @Nullable ClassLoader classLoader) {
		try {
			return ClassUtils.forName(Objects.requireNonNull(definition.getBeanClassName()), classLoader);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			// What can't be loaded can be no bean
			return null;
		}
	}

	private static boolean mayGuard(Class<?> type) {
		try {
			return GuardedMethods.mayGuard(type);
		}
		catch (IllegalStateException | LinkageError ex) {
			// Nor can what has methods with types that are not there
			return false;
		}
	}

	private static final class AllClasses extends ClassPathScanningCandidateComponentProvider {

		private AllClasses() {
			super(false);
			addIncludeFilter((reader, factory) -> true);
		}

		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition beanDefinition) {
			return true;
		}

	}

}
