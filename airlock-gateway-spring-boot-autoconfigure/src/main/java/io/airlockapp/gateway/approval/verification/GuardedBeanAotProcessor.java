package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.util.List;

import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.generate.GenerationContext;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragments;
import org.springframework.beans.factory.support.RegisteredBean;

/**
 * Registers metadata of beans with guarded methods ahead of time, and refuses beans that
 * cannot be guarded, so that the build fails rather than the start.
 */
final class GuardedBeanAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		Class<?> type = registeredBean.getBeanClass();
		List<Method> guarded = GuardedMethods.of(type);
		ProxyabilityChecks.require(guarded, type, registeredBean.getBeanName(), registeredBean.getBeanFactory(), false);
		return guarded.isEmpty() ? null : new Contribution(type, guarded);
	}

	private record Contribution(Class<?> type, List<Method> guarded) implements BeanRegistrationAotContribution {

		@Override
		public BeanRegistrationCodeFragments customizeBeanRegistrationCodeFragments(GenerationContext generationContext,
				BeanRegistrationCodeFragments codeFragments) {
			// The object that a factory creates has the bean name of the factory
			return FactoryBean.class.isAssignableFrom(this.type) ? codeFragments : new GuardedBeanMark(codeFragments);
		}

		@Override
		public void applyTo(GenerationContext generationContext, BeanRegistrationCode beanRegistrationCode) {
			new GuardedTypeHints(generationContext.getRuntimeHints().reflection(), this.type.getClassLoader())
				.register(this.type, this.guarded);
		}

	}

}
