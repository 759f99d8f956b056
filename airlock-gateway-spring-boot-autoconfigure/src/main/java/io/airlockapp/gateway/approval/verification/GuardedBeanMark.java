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
 * Marks the bean definition of a bean that requires approval, in the code generated ahead
 * of time. In a native image without reflection metadata of the bean, the annotation
 * could not be found, and the bean would be left without a guard if its definition were
 * not marked.
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
	 * Require that a bean without guarded methods was not marked ahead of time.
	 * @throws UnguardableMethodException if it was
	 */
	static void requireAbsent(Object bean, String beanName, ConfigurableListableBeanFactory beanFactory) {
		// A null bean equals null; equals is called only on marked beans, since it may be
		// the application's
		if (isOn(beanName, beanFactory) && !bean.equals(null)) {
			throw UnguardableMethodException.withRemedy(
					("Bean '%s' required approval when it was processed ahead of time, but cannot be guarded: no method of "
							+ "it that asks can be seen any more")
						.formatted(beanName),
					"Process and build the application again.");
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
