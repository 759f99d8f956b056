package io.airlockapp.gateway.approval.verification;

import java.util.function.Predicate;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;

import org.springframework.aot.generate.GenerationContext;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragments;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragmentsDecorator;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.javapoet.CodeBlock;

/**
 * Marks the bean definition, written ahead of time, of a bean that requires approval. In
 * a native image that misses reflection metadata, nothing else would show it: the
 * annotation could not be found, and the bean would be left without guard.
 */
final class GuardedBeanMark extends BeanRegistrationCodeFragmentsDecorator {

	private static final String ATTRIBUTE = RequiresAirlockApproval.class.getPackageName() + ".guarded";

	GuardedBeanMark(BeanRegistrationCodeFragments delegate) {
		super(delegate);
	}

	@Override
	public CodeBlock generateSetBeanDefinitionPropertiesCode(GenerationContext generationContext,
			BeanRegistrationCode beanRegistrationCode, RootBeanDefinition beanDefinition,
			Predicate<String> attributeFilter) {
		beanDefinition.setAttribute(ATTRIBUTE, true);
		return super.generateSetBeanDefinitionPropertiesCode(generationContext, beanRegistrationCode, beanDefinition,
				attributeFilter.or(ATTRIBUTE::equals));
	}

	/**
	 * Require that a bean without guarded methods was not seen to have some.
	 * @param bean the bean
	 * @param beanName the name of the bean
	 * @param beanFactory the bean factory
	 * @throws UnguardableMethodException if it was
	 */
	static void requireAbsent(Object bean, String beanName, ConfigurableListableBeanFactory beanFactory) {
		// A bean that is null equals null; others are asked only where it matters
		if (isOn(beanName, beanFactory) && !bean.equals(null)) {
			throw new UnguardableMethodException(
					("Bean '%s' required approval when it was processed ahead of time, but can't be guarded: no method of "
							+ "it that asks can be seen any more. Process and build the application again")
						.formatted(beanName),
					null);
		}
	}

	private static boolean isOn(String beanName, ConfigurableListableBeanFactory beanFactory) {
		if (!beanFactory.containsBeanDefinition(beanName)) {
			return false;
		}
		BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
		return Boolean.TRUE.equals(definition.getAttribute(ATTRIBUTE));
	}

}
