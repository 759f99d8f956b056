/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.guard.GuardedNames;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.NamedThreadLocal;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Fails the start of an application with a method that requires approval and cannot be
 * guarded: since a proxy cannot override it, since its bean is created before proxies
 * are, since Spring itself calls it on the object, or since its return value cannot be
 * awaited. To cover early beans, it verifies each object from before the first
 * post-processor on. {@link ApprovalProxyVerifier} verifies what becomes of these
 * objects.
 */
public final class ApprovalGuardVerifier implements BeanFactoryPostProcessor, BeanFactoryAware, ApplicationContextAware,
		ApplicationListener<ContextRefreshedEvent>, PriorityOrdered {

	/**
	 * The package of the factories whose products are part of advisors.
	 */
	private static final String SPRING_AOP = "org.springframework.aop.";

	/**
	 * The objects that the current thread makes beans of, and that require approval.
	 */
	private final ThreadLocal<Map<String, GuardedObject>> objects = NamedThreadLocal
		.withInitial("Objects that require approval", HashMap::new);

	/**
	 * The classes of objects that Spring is asked for by their class during the start.
	 */
	private final List<Class<?>> requested = new ArrayList<>();

	/**
	 * The thread that starts the context. Another one may still be creating an object
	 * when the start is over.
	 */
	private volatile @Nullable Thread starting = Thread.currentThread();

	private @Nullable ObjectVerifier verifier;

	private @Nullable ApplicationContext context;

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	/**
	 * Verify all objects from now on. The bean is created when its definition is
	 * registered, since registry post-processors may create others before any
	 * {@link BeanFactoryPostProcessor} runs.
	 */
	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		ConfigurableListableBeanFactory factory = (ConfigurableListableBeanFactory) beanFactory;
		this.verifier = new ObjectVerifier(factory);
		factory.addBeanPostProcessor(this.verifier);
		LockingInstantiationStrategy.setOn(factory);
	}

	private ObjectVerifier getVerifier() {
		Assert.state(this.verifier != null, "The bean factory was not set");
		return this.verifier;
	}

	/**
	 * Return the factory of the beans.
	 * @return the factory
	 */
	public ConfigurableListableBeanFactory getBeanFactory() {
		return getVerifier().beanFactory;
	}

	GuardedNames getNames() {
		return getVerifier().names;
	}

	/**
	 * Return whether a bean factory verifies the objects that it creates.
	 */
	static boolean isOn(BeanFactory beanFactory) {
		return hasPostProcessor(beanFactory, ObjectVerifier.class);
	}

	private static boolean hasPostProcessor(BeanFactory beanFactory, Class<? extends BeanPostProcessor> type) {
		return beanFactory instanceof AbstractBeanFactory factory
				&& factory.getBeanPostProcessors().stream().anyMatch(type::isInstance);
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		ExistingBeans.forEach(beanFactory, (bean, name) -> {
			if (!Mocks.isMock(bean)) {
				getVerifier().verify(bean, name);
			}
		});
		BeanMethods.requireNotCalled(beanFactory);
		HttpServiceClients.guard(beanFactory);
		for (ApplicationContext parent = parentOf(this.context); parent != null; parent = parentOf(parent)) {
			UnguardedContext.verify(parent);
		}
	}

	private static @Nullable ApplicationContext parentOf(@Nullable ApplicationContext context) {
		return (context != null) ? context.getParent() : null;
	}

	/**
	 * Verify a child context, which the proxies of this context do not cover, and close
	 * it if it is refused: the application's event multicaster may suppress exceptions.
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		ApplicationContext refreshed = event.getApplicationContext();
		if (refreshed != this.context) {
			try {
				UnguardedContext.verify(refreshed);
			}
			catch (UnguardableMethodException ex) {
				((ConfigurableApplicationContext) refreshed).close();
				throw ex;
			}
		}
	}

	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	/**
	 * Take the object that the current thread makes a bean of.
	 * @return the object, or {@code null} if it requires no approval
	 */
	@Nullable GuardedObject takeObject(String beanName) {
		Map<String, GuardedObject> objects = this.objects.get();
		GuardedObject object = objects.remove(beanName);
		if (objects.isEmpty()) {
			this.objects.remove();
		}
		return object;
	}

	/**
	 * Require that no library has asked Spring for an object with guarded methods by its
	 * class, and that none is of a class of which Hibernate or Axon creates objects. A
	 * library creates the object itself if Spring cannot, or if it does not know of
	 * Spring.
	 * @throws UnguardableMethodException if there is one
	 */
	void requireNoneOfLibraries() {
		this.starting = null;
		Stream<Class<?>> ofLibraries = findTypes((bean) -> !Mocks.isMock(bean)).filter(GuardedMethods::mayGuard)
			.filter(ProxyabilityChecks::isOfLibrary);
		Stream.concat(this.requested.stream().filter(GuardedMethods::mayGuard), ofLibraries)
			.findFirst()
			.ifPresent((type) -> {
				throw UnguardableMethodException.withRemedy(
						("%s requires approval, but cannot be guarded: its objects are made by their class, and a library such as Hibernate, "
								+ "which does so for listeners of entities and for converters, or Axon for sagas and aggregates, may make one without the guard")
							.formatted(ClassUtils.getUserClass(type).getName()),
						"Call a guarded method of another bean.");
			});
	}

	/**
	 * Return the guarded methods in the context, as far as the types of its beans are
	 * known without creating them. A method of several beans of the same class is one.
	 * @return the qualified names of the methods with their parameter types, in order
	 */
	public SortedSet<String> findGuardedMethods() {
		return findTypes((bean) -> !Mocks.isMock(bean))
			.flatMap((type) -> GuardedMethods.of(type)
				.stream()
				.map((method) -> ClassUtils.getQualifiedMethodName(method, type)
						+ MethodDeclarations.parameterTypes(method, type)
							.stream()
							.map(Class::getTypeName)
							.collect(Collectors.joining(", ", "(", ")"))))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Verify that the beans to which conditions of guarded methods refer exist. The
	 * methods of mocks are not guarded.
	 * @param advisors the advisors of the guarded methods
	 */
	public void verifyConditionBeans(Stream<ApprovalAdvisor> advisors) {
		Set<Class<?>> types = findTypes((bean) -> !Mocks.isMock(bean)).collect(Collectors.toSet());
		advisors.forEach((advisor) -> advisor.attributes().verifyConditionBeans(getBeanFactory(), types));
	}

	/**
	 * Return the user classes of the beans, as far as they are known without creating
	 * them.
	 * @return the classes, possibly with duplicates
	 */
	public Stream<Class<?>> findTypes() {
		return findTypes((bean) -> true);
	}

	private Stream<Class<?>> findTypes(Predicate<Object> singletons) {
		ConfigurableListableBeanFactory beanFactory = getBeanFactory();
		return Stream.of(beanFactory.getBeanDefinitionNames(), beanFactory.getSingletonNames())
			.flatMap(Arrays::stream)
			.distinct()
			.flatMap((name) -> Stream.ofNullable(findType(name, beanFactory, singletons)));
	}

	/**
	 * Find the user class of a bean, as far as it is known without creating the bean.
	 * @param singletons the predicate for beans that exist
	 * @return the class, or {@code null} if it is not known or left out
	 */
	static @Nullable Class<?> findType(String name, ConfigurableListableBeanFactory beanFactory,
			Predicate<Object> singletons) {
		Object bean = ExistingBeans.findSingleton(name, beanFactory);
		if (bean != null && !(bean instanceof FactoryBean)) {
			return singletons.test(bean) ? GuardedProxies.userClass(bean) : null;
		}
		try {
			Class<?> type = beanFactory.getType(name, false);
			Class<?> userClass = (type != null) ? ClassUtils.getUserClass(type) : null;
			if (userClass != null) {
				GuardedMethods.of(userClass);
			}
			return userClass;
		}
		catch (UnguardableMethodException ex) {
			throw ex;
		}
		catch (Exception | LinkageError ex) {
			// A class that cannot be loaded, or whose methods cannot, has no method that
			// is called
			return null;
		}
	}

	/**
	 * Turn a synthetic definition into an ordinary one if it is that of a bean with
	 * guarded methods, or of a factory whose products may be of any class, so that
	 * post-processors receive the bean or the product.
	 * @param definition the merged definition
	 * @param type the class of the bean
	 */
	static void exposeSynthetic(RootBeanDefinition definition, Class<?> type, String beanName,
			ConfigurableListableBeanFactory beanFactory) {
		if (definition.isSynthetic() && (GuardedMethods.mayGuard(type)
				|| (FactoryBean.class.isAssignableFrom(type) && !type.getName().startsWith(SPRING_AOP)))) {
			definition.setSynthetic(false);
			// Spring may merge the definition again
			if (beanFactory.containsBeanDefinition(beanName)
					&& beanFactory.getBeanDefinition(beanName) instanceof AbstractBeanDefinition registered) {
				registered.setSynthetic(false);
			}
		}
	}

	/**
	 * Holds an object that requires approval, as it was before post-processors.
	 *
	 * @param object the object
	 * @param advisors the number of its advisors if it is a proxy, such as a repository
	 */
	record GuardedObject(Object object, int advisors) {

		private static GuardedObject of(Object object) {
			return new GuardedObject(object, countAdvisors(object));
		}

		/**
		 * Return whether a bean is the object, or proxies around it, and no interceptor
		 * was added to it.
		 */
		boolean isWithin(Object bean) {
			return GuardedProxies.isAround(this.object, bean) && countAdvisors(this.object) == this.advisors;
		}

		private static int countAdvisors(Object object) {
			return (object instanceof Advised proxy) ? proxy.getAdvisorCount() : 0;
		}

	}

	/**
	 * {@link BeanPostProcessor} that verifies objects before all other post-processors,
	 * and before Spring calls their methods.
	 */
	final class ObjectVerifier implements SmartInstantiationAwareBeanPostProcessor, MergedBeanDefinitionPostProcessor {

		private final GuardedNames names;

		/**
		 * The names of factories whose products require approval.
		 */
		private final Set<String> factories = ConcurrentHashMap.newKeySet();

		/**
		 * The names of factories whose products were requested before the factory was
		 * complete.
		 */
		private final Set<String> incomplete = ConcurrentHashMap.newKeySet();

		private final ConfigurableListableBeanFactory beanFactory;

		private ObjectVerifier(ConfigurableListableBeanFactory beanFactory) {
			this.beanFactory = beanFactory;
			this.names = new GuardedNames(beanFactory);
		}

		@Override
		public @Nullable Object postProcessBeforeInstantiation(Class<?> beanClass, String beanName) {
			// A registered bean can have the name of its class as well, and is in
			// creation
			if (Thread.currentThread() == ApprovalGuardVerifier.this.starting && beanName.equals(beanClass.getName())
					&& !this.beanFactory.isCurrentlyInCreation(beanName)) {
				ApprovalGuardVerifier.this.requested.add(beanClass);
			}
			return null;
		}

		@Override
		public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> beanType, String beanName) {
			exposeSynthetic(definition, beanType, beanName, this.beanFactory);
			if (!this.beanFactory.containsBeanDefinition(beanName)) {
				// The definition of an inner bean is known only here
				Class<?> type = ClassUtils.getUserClass(beanType);
				LifecycleMethods.requireNone(GuardedMethods.of(type), type, beanName, definition);
			}
		}

		@Override
		public boolean postProcessAfterInstantiation(Object bean, String beanName) {
			// One that could not be initialized may be left
			takeObject(beanName);
			if (GuardedProxies.hasGuard(bean)) {
				// Only injected into, or refused when it is initialized
				return true;
			}
			// What has no definition may be initialized later, or never
			if (verify(bean, beanName) && this.beanFactory.containsBeanDefinition(beanName)) {
				ApprovalGuardVerifier.this.objects.get().put(beanName, GuardedObject.of(bean));
			}
			return true;
		}

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			requireFinishedProducts(bean, beanName);
			return verifyNext(bean, beanName);
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			GuardedProxies.requireElements(bean, beanName);
			// Also the product of a factory, which no other callback receives
			if (bean instanceof FactoryBean<?> factory) {
				requireSameProduct(factory, beanName);
			}
			else if (this.beanFactory.isCurrentlyInCreation(beanName) && !this.beanFactory.containsSingleton(beanName)
					&& this.beanFactory.isFactoryBean(beanName)) {
				this.incomplete.add(beanName);
			}
			return verifyNext(bean, beanName);
		}

		/**
		 * Refuse a factory if other beans have a wrapper of its product, which Spring
		 * makes if a product is requested before the factory is complete.
		 */
		private void requireSameProduct(FactoryBean<?> factory, String beanName) {
			if (!this.incomplete.remove(beanName)) {
				return;
			}
			try {
				Object product = factory.getObject();
				if (product != null) {
					getEarlyBeanReference(product, beanName);
				}
			}
			catch (Exception ex) {
				throw new BeanCreationException(beanName, "The product of the factory cannot be verified", ex);
			}
		}

		private Object verifyNext(Object bean, String beanName) {
			GuardedObject object = takeObject(beanName);
			// A product that could not be initialized may be left
			if (object != null && !isFactory(beanName) && !object.isWithin(bean)) {
				throw UnguardableMethodException.withRemedy(
						"Bean '%s' requires approval, but cannot be guarded: a BeanPostProcessor wraps the object, a %s, in a %s"
							.formatted(beanName, object.object().getClass().getName(), bean.getClass().getName()),
						"Annotate another bean, or exclude this one from that BeanPostProcessor.");
			}
			if (verify(bean, beanName)) {
				ApprovalGuardVerifier.this.objects.get().put(beanName, GuardedObject.of(bean));
				if (isFactory(beanName)) {
					this.factories.add(beanName);
				}
			}
			return bean;
		}

		private boolean isFactory(String beanName) {
			return this.beanFactory.containsSingleton(beanName)
					&& this.beanFactory.getSingleton(beanName) instanceof FactoryBean;
		}

		/**
		 * Refuse a bean that post-processors of a product refer to, and that refers to
		 * the product. Spring injects another product, without a proxy.
		 */
		private void requireFinishedProducts(Object bean, String beanName) {
			if (this.factories.isEmpty()) {
				return;
			}
			for (String name : this.beanFactory.getDependenciesForBean(beanName)) {
				if (this.factories.contains(name) && this.beanFactory.isCurrentlyInCreation(name)) {
					throw UnguardableMethodException.withRemedy(
							"Bean '%s' requires approval, but cannot be guarded: bean '%s', a %s, refers to it in a circle, while the product of its FactoryBean has no proxy"
								.formatted(name, beanName, bean.getClass().getName()),
							"Break the circle, such as with @Lazy.");
				}
			}
		}

		/**
		 * Refuse a bean in a circular reference, since post-processors may keep the early
		 * object, which has no proxy.
		 */
		@Override
		public Object getEarlyBeanReference(Object bean, String beanName) {
			Class<?> type = GuardedProxies.userClass(bean);
			guardedMethods(bean, type).stream().findFirst().ifPresent((method) -> {
				throw ProxyabilityChecks.exception(method, type, beanName,
						"other beans refer to this one in a circle, so what its post-processors are given is an object without "
								+ "its proxy; break the circle, such as with @Lazy");
			});
			return bean;
		}

		/**
		 * Verify an object.
		 * @return whether the object requires approval
		 */
		private boolean verify(Object bean, String beanName) {
			GuardedProxies.requireFound(bean, beanName);
			GuardedProxies.requireNoGuard(bean, beanName);
			Class<?> type = GuardedProxies.userClass(bean);
			List<Method> guarded = guardedMethods(bean, type);
			if (!isScopedProxy(bean)) {
				GuardedBeanAotProcessor.requireMarked(bean, beanName, !guarded.isEmpty(), this.beanFactory);
			}
			ProxyabilityChecks.require(guarded, type, beanName, this.beanFactory, LockedClasses.isLocked(bean));
			if (guarded.isEmpty()) {
				return false;
			}
			if (!hasPostProcessor(this.beanFactory, AbstractAdvisorAutoProxyCreator.class)) {
				throw ProxyabilityChecks.exception(guarded.get(0), type, beanName,
						"the bean is created too early, for a BeanPostProcessor or BeanFactoryPostProcessor that needs it; inject "
								+ "it there with @Lazy");
			}
			this.names.add(guarded, type, beanName);
			return true;
		}

		private static List<Method> guardedMethods(Object bean, Class<?> type) {
			return isScopedProxy(bean) ? List.of() : GuardedMethods.of(type);
		}

		/**
		 * Return whether a bean is Spring's proxy of another bean, and not an object that
		 * implements its interface.
		 */
		private static boolean isScopedProxy(Object bean) {
			return bean instanceof ScopedObject && AopUtils.isAopProxy(bean);
		}

	}

}
