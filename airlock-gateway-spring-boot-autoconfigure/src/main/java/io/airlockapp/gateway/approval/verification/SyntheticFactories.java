package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Modifier;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;

/**
 * Turns synthetic definitions of {@link FactoryBean}s into ordinary ones, so that
 * post-processors receive the products. The class of a product is unknown until it is
 * made, and no other callback receives it.
 */
final class SyntheticFactories {

	private SyntheticFactories() {
	}

	/**
	 * Make a definition an ordinary one if it is that of a factory whose products may be
	 * of any class.
	 * @param definition the merged definition
	 * @param type the class of the bean
	 */
	static void expose(RootBeanDefinition definition, Class<?> type, String beanName,
			ConfigurableListableBeanFactory beanFactory) {
		if (definition.isSynthetic() && FactoryBean.class.isAssignableFrom(type) && !isOfFinalClass(type)) {
			definition.setSynthetic(false);
			// Spring may merge the definition again
			if (beanFactory.containsBeanDefinition(beanName)
					&& beanFactory.getBeanDefinition(beanName) instanceof AbstractBeanDefinition registered) {
				registered.setSynthetic(false);
			}
		}
	}

	/**
	 * Return whether the products are such as Spring's own of {@code Method}, which are
	 * part of its advisors.
	 */
	private static boolean isOfFinalClass(Class<?> type) {
		Class<?> product = ResolvableType.forClass(type).as(FactoryBean.class).resolveGeneric();
		return product != null && Modifier.isFinal(product.getModifiers());
	}

}
