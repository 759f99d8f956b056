/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Predicate;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.asm.Type;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragments;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragmentsDecorator;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.javapoet.CodeBlock;
import org.springframework.util.ClassUtils;

/**
 * Prepares beans with guarded methods ahead of time: their metadata, and the locked
 * subclass of those that are created with a constructor. Refuses beans that cannot be
 * guarded, so that the build fails rather than the start. Marks the bean definitions: in
 * a native image without reflection metadata of a bean, the annotation could not be
 * found, and the bean would be left without a guard.
 */
final class GuardedBeanAotProcessor implements BeanRegistrationAotProcessor {

	/**
	 * The attribute of the definition of a guarded bean, whose value is whether its
	 * object has a lock.
	 */
	private static final String MARK = RequiresAirlockApproval.class.getPackageName() + ".guarded";

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		Class<?> type = ClassUtils.getUserClass(registeredBean.getBeanClass());
		Constructor<?> locked = findLockedConstructor(registeredBean, type);
		List<Method> guarded = GuardedMethods.of(type);
		ProxyabilityChecks.require(guarded, type, registeredBean.getBeanName(), registeredBean.getBeanFactory(),
				locked != null);
		return guarded.isEmpty() ? null : new Contribution(type, locked);
	}

	/**
	 * Find the constructor of the locked subclass, if the object is created with one.
	 */
	private static @Nullable Constructor<?> findLockedConstructor(RegisteredBean registeredBean, Class<?> type) {
		RootBeanDefinition definition = registeredBean.getMergedBeanDefinition();
		if (definition.getInstanceSupplier() != null
				|| !(GuardedMethods.mayGuard(type) || definition.getFactoryMethodName() != null)) {
			return null;
		}
		Executable executable = registeredBean.resolveInstantiationDescriptor().executable();
		if (executable instanceof Method factoryMethod) {
			String factoryName = definition.getFactoryBeanName();
			Class<?> owner = (factoryName != null) ? registeredBean.getBeanFactory().getType(factoryName, false) : null;
			Class<?> configuration = (owner != null) ? owner : factoryMethod.getDeclaringClass();
			BeanMethods.requireUnguarded(factoryMethod, configuration, registeredBean.getBeanName());
			return null;
		}
		// A configuration may have been replaced by the subclass that calls bean methods
		Class<?> beanClass = definition.hasBeanClass() ? definition.getBeanClass() : type;
		// The object that a factory creates has the bean name of the factory
		return (FactoryBean.class.isAssignableFrom(type) || definition.hasMethodOverrides()) ? null
				: LockedClasses.findConstructor(beanClass, executable.getParameterTypes());
	}

	/**
	 * Require that a bean is guarded as it was ahead of time.
	 * @throws UnguardableMethodException if its guarded methods or its lock are missing
	 */
	static void requireMarked(Object bean, String beanName, boolean guarded,
			ConfigurableListableBeanFactory beanFactory) {
		Object mark = beanFactory.containsBeanDefinition(beanName)
				? beanFactory.getBeanDefinition(beanName).getAttribute(MARK) : null;
		boolean complete = mark == null || (guarded && (mark.equals(false) || LockedClasses.isLocked(bean)));
		// A null bean equals null, which is asked last: equals may be the application's
		if (!complete && !bean.equals(null)) {
			throw UnguardableMethodException.withRemedy(
					("Bean '%s' required approval when it was processed ahead of time, but cannot be guarded: %s")
						.formatted(beanName,
								guarded ? "its object has no lock any more"
										: "none of its guarded methods is visible any more"),
					"Process and build the application again.");
		}
	}

	/**
	 * Marks the definition, and creates objects with a lock.
	 */
	private record Contribution(Class<?> type,
			@Nullable Constructor<?> locked) implements BeanRegistrationAotContribution {

		@Override
		public BeanRegistrationCodeFragments customizeBeanRegistrationCodeFragments(GenerationContext generationContext,
				BeanRegistrationCodeFragments codeFragments) {
			if (FactoryBean.class.isAssignableFrom(this.type)) {
				return codeFragments;
			}
			return new BeanRegistrationCodeFragmentsDecorator(codeFragments) {

				@Override
				public CodeBlock generateSetBeanDefinitionPropertiesCode(GenerationContext generationContext,
						BeanRegistrationCode beanRegistrationCode, RootBeanDefinition beanDefinition,
						Predicate<String> attributeFilter) {
					beanDefinition.setAttribute(MARK, Contribution.this.locked != null);
					return super.generateSetBeanDefinitionPropertiesCode(generationContext, beanRegistrationCode,
							beanDefinition, attributeFilter.or(MARK::equals));
				}

				@Override
				public CodeBlock generateInstanceSupplierCode(GenerationContext generationContext,
						BeanRegistrationCode beanRegistrationCode, boolean allowDirectSupplierShortcut) {
					// It also registers hints, such as those of lazy parameters
					CodeBlock unlocked = super.generateInstanceSupplierCode(generationContext, beanRegistrationCode,
							allowDirectSupplierShortcut);
					Constructor<?> constructor = Contribution.this.locked;
					return (constructor == null) ? unlocked
							: CodeBlock.of("$T.forConstructor($T.class, $S, $S)", LockedInstanceSupplier.class,
									Contribution.this.type, constructor.getDeclaringClass().getName(),
									Type.getConstructorDescriptor(constructor));
				}

			};
		}

		@Override
		public void applyTo(GenerationContext generationContext, BeanRegistrationCode beanRegistrationCode) {
			ApprovalRuntimeHints.register(this.type, generationContext.getRuntimeHints());
			if (this.locked != null) {
				String name = this.locked.getDeclaringClass().getName();
				generationContext.getRuntimeHints()
					.reflection()
					.registerType(this.locked.getDeclaringClass(), MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
							MemberCategory.INVOKE_DECLARED_METHODS);
				generationContext.getGeneratedFiles()
					.handleFile(Kind.CLASS, ClassUtils.convertClassNameToResourcePath(name) + ".class", (handler) -> {
						if (!handler.exists()) {
							handler.create(new ByteArrayResource(
									LockedClasses.generate(this.locked.getDeclaringClass().getSuperclass(), name)));
						}
					});
			}
		}

	}

}
