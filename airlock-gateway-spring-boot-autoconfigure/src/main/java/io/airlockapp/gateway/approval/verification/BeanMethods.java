/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConfigurationClassPostProcessor;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses bean methods that would leave their bean without the guard: those that require
 * approval themselves, which would be requested once for the creation and never for a
 * call of the bean, and those of guarded beans that other code of their class calls.
 */
final class BeanMethods {

	/**
	 * The interface of the classes that Spring generates of configurations, and of their
	 * proxies.
	 */
	private static final String ENHANCED = "org.springframework.context.annotation.ConfigurationClassEnhancer$EnhancedConfiguration";

	private static final ClassValue<BeanMethodCalls> calls = LibraryTypes.cache(BeanMethodCalls::new);

	private BeanMethods() {
	}

	/**
	 * Require that a method that creates a bean requires no approval.
	 * @param factoryMethod the method
	 * @param type the class of the object that has the method
	 * @param beanName the name of the bean
	 * @throws UnguardableMethodException if it does
	 */
	static void requireUnguarded(Method factoryMethod, Class<?> type, @Nullable String beanName) {
		if (ApprovalAttributeSource.requiresApproval(factoryMethod, type)) {
			throw UnguardableMethodException.withRemedy(
					("%s requires approval, but cannot be guarded: it creates the bean '%s', so approval would be requested once, at the start, and not when the bean is called")
						.formatted(ClassUtils.getQualifiedMethodName(factoryMethod, ClassUtils.getUserClass(type)),
								beanName),
					"Put @RequiresAirlockApproval on the bean's class, or on a method of what %s returns, and not on the "
						.formatted(factoryMethod.getName())
							+ "method that creates it nor on the class of that method.");
		}
	}

	/**
	 * Require that no code of a configuration calls a method of a bean that may be
	 * guarded where Spring does not return the bean, since each call makes an object
	 * without the guard. It does not matter whether the bean is ever created.
	 * @param beanFactory the factory with the definitions of the configurations
	 * @throws UnguardableMethodException if there is such a call
	 */
	static void requireNotCalled(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.getBeanNamesForType(ConfigurationClassPostProcessor.class, true, false).length == 0) {
			// Spring reads no bean methods, as in an application processed ahead of time
			return;
		}
		for (String name : beanFactory.getBeanDefinitionNames()) {
			Class<?> configuration = (beanFactory.getBeanDefinition(name) instanceof AbstractBeanDefinition definition
					&& definition.getFactoryMethodName() == null)
							? findConfiguration(definition, beanFactory.getBeanClassLoader()) : null;
			// The class files of this module need not be read at each start
			if (configuration != null && !LibraryTypes.contain(configuration)
					&& !LibraryTypes.isOfStarter(configuration)) {
				Class<?> type = ClassUtils.getUserClass(configuration);
				List<Method> methods = LibraryTypes.hierarchy(type)
					.filter((each) -> !LibraryTypes.isOfJava(each))
					.flatMap(BeanMethods::declaredMethods)
					.toList();
				// A method that overrides one of a bean is one, too. Few classes have any
				Set<String> names = new HashSet<>();
				for (Method method : methods) {
					if (method.getAnnotations().length > 0 && AnnotatedElementUtils.hasAnnotation(method, Bean.class)) {
						names.add(method.getName());
					}
				}
				for (Method method : methods) {
					if (names.contains(method.getName()) && isCalled(method, configuration)
							&& calls.get(type).mayMakeGuarded(method)) {
						throw called(method, configuration);
					}
				}
			}
		}
	}

	private static Stream<Method> declaredMethods(Class<?> type) {
		try {
			return Arrays.stream(ReflectionUtils.getDeclaredMethods(type));
		}
		catch (IllegalStateException ex) {
			// Spring cannot create an object of a class with methods whose types are
			// missing
			return Stream.empty();
		}
	}

	/**
	 * Return the class of an object that may have bean methods. Spring has not loaded it
	 * if only its superclasses or interfaces declare them.
	 */
	private static @Nullable Class<?> findConfiguration(AbstractBeanDefinition definition,
			@Nullable ClassLoader classLoader) {
		String name = definition.getBeanClassName();
		if (definition.hasBeanClass()) {
			// The object of a supplier is not of the class that Spring generates
			return (definition.getInstanceSupplier() != null) ? ClassUtils.getUserClass(definition.getBeanClass())
					: definition.getBeanClass();
		}
		return (name != null) ? LibraryTypes.find(name, classLoader) : null;
	}

	/**
	 * Require the same of a bean that was created, whose class may be more specific than
	 * its method declares.
	 * @param beanMethod the method
	 * @param configuration the class of the object that has the method
	 * @param bean the bean
	 * @throws UnguardableMethodException if there is such a call
	 */
	static void requireNotCalled(Method beanMethod, Class<?> configuration, Object bean) {
		if (mayGuard(ResolvableType.forClass(bean.getClass())) && isCalled(beanMethod, configuration)) {
			throw called(beanMethod, configuration);
		}
	}

	private static boolean isCalled(Method method, Class<?> configuration) {
		if (!AnnotatedElementUtils.hasAnnotation(method, Bean.class)) {
			return false;
		}
		Class<?> type = ClassUtils.getUserClass(configuration);
		boolean intercepted = LibraryTypes.hierarchy(configuration).anyMatch((one) -> one.getName().equals(ENHANCED))
				&& !Modifier.isStatic(method.getModifiers()) && !GuardedMethods.isHidden(method, type)
				// Spring returns a final factory itself, which makes another product
				&& !(FactoryBean.class.isAssignableFrom(method.getReturnType())
						&& !method.getReturnType().isInterface());
		return (!intercepted && LibraryTypes.isOfGroovy(type))
				|| (intercepted ? calls.get(type).calledBySuper : calls.get(type).called)
					.contains(BeanMethodCalls.signature(method.getName(), Type.getMethodDescriptor(method)));
	}

	private static UnguardableMethodException called(Method beanMethod, Class<?> configuration) {
		Class<?> type = ClassUtils.getUserClass(configuration);
		return UnguardableMethodException.withRemedy(
				"The bean of %s requires approval, but cannot be guarded: %s, which creates another object without the guard"
					.formatted(ClassUtils.getQualifiedMethodName(beanMethod),
							(LibraryTypes.isOfGroovy(type) ? "%s is written in Groovy, and may call that method"
									: "code of %s calls that method")
								.formatted(type.getName())),
				"Inject the bean as a parameter of the method that needs it."
						+ (LibraryTypes.isOfGroovy(type) ? " In Groovy, remove 'proxyBeanMethods = false'." : ""));
	}

	/**
	 * Return whether a bean may have guarded methods, or may be a factory of such ones.
	 */
	private static boolean mayGuard(ResolvableType type) {
		return GuardedMethods.mayGuard(type.toClass())
				|| GuardedMethods.mayGuard(type.as(FactoryBean.class).getGeneric().toClass());
	}

	/**
	 * Finds the methods of a configuration that its code calls or refers to, other than
	 * in methods that override them.
	 */
	private static final class BeanMethodCalls extends MethodReferences {

		private final Class<?> configuration;

		private final Set<String> hierarchy;

		private final Set<String> called = new HashSet<>();

		private final Set<String> calledBySuper = new HashSet<>();

		/**
		 * The names of the classes that a method creates objects of, by the method.
		 */
		private final Map<String, Set<String>> created = new HashMap<>();

		private BeanMethodCalls(Class<?> configuration) {
			this.configuration = configuration;
			this.hierarchy = LibraryTypes.hierarchy(configuration)
				.map(Type::getInternalName)
				.collect(Collectors.toSet());
			LibraryTypes.hierarchy(configuration).filter((type) -> !LibraryTypes.isOfJava(type)).forEach(this::read);
		}

		@Override
		void visitReference(Code code, Reference reference) {
			String signature = signature(reference.name(), reference.descriptor());
			boolean ofConfiguration = this.hierarchy.contains(code.owner());
			if (ofConfiguration && reference.name().equals("<init>")) {
				this.created
					.computeIfAbsent(code.owner() + code.name() + code.descriptor(), (method) -> new HashSet<>())
					.add(reference.owner().replace('/', '.'));
			}
			boolean same = signature.equals(signature(code.name(), code.descriptor()));
			boolean bridge = (code.access() & Opcodes.ACC_BRIDGE) != 0 && reference.name().equals(code.name());
			if (this.hierarchy.contains(reference.owner()) && !(ofConfiguration && (same || bridge))) {
				this.called.add(signature);
				// Spring takes a bean method with these types for the one that it runs
				if (reference.bySuper() || (same && isBeanMethod(code))) {
					this.calledBySuper.add(signature);
				}
			}
		}

		private boolean isBeanMethod(Code code) {
			String owner = code.owner().replace('/', '.');
			ClassLoader classLoader = this.configuration.getClassLoader();
			return ClassUtils.isPresent(owner, classLoader)
					&& declaredMethods(ClassUtils.resolveClassName(owner, classLoader))
						.anyMatch((method) -> method.getName().equals(code.name())
								&& Type.getMethodDescriptor(method).equals(code.descriptor())
								&& AnnotatedElementUtils.hasAnnotation(method, Bean.class));
		}

		/**
		 * Return a name with types of parameters. The return type may be another one in a
		 * method that overrides it.
		 */
		private static String signature(String name, String descriptor) {
			return name + descriptor.substring(0, descriptor.indexOf(')'));
		}

		/**
		 * Return whether the declared type of a bean, or a class of that type that its
		 * method creates an object of, may have guarded methods.
		 */
		private boolean mayMakeGuarded(Method beanMethod) {
			ClassLoader classLoader = this.configuration.getClassLoader();
			String method = Type.getInternalName(beanMethod.getDeclaringClass()) + beanMethod.getName()
					+ Type.getMethodDescriptor(beanMethod);
			return mayGuard(ResolvableType.forMethodReturnType(beanMethod, this.configuration))
					|| this.created.getOrDefault(method, Set.of())
						.stream()
						.flatMap((name) -> Stream.<Class<?>>ofNullable(LibraryTypes.find(name, classLoader)))
						.filter(beanMethod.getReturnType()::isAssignableFrom)
						.anyMatch((type) -> mayGuard(ResolvableType.forClass(type)));
		}

	}

}
