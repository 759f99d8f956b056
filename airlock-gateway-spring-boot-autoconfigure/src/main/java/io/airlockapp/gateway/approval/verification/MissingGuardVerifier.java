package io.airlockapp.gateway.approval.verification;

import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Fails the start of applications whose beans require approval and that have no guard at
 * all, such as those that exclude its auto-configuration. Unlike
 * {@link ApprovalGuardVerifier}, it is not part of that auto-configuration.
 */
public final class MissingGuardVerifier
		implements BeanFactoryPostProcessor, ApplicationListener<ContextRefreshedEvent> {

	private static final Log logger = LogFactory.getLog(MissingGuardVerifier.class);

	private final ConfigurableApplicationContext context;

	private final BooleanSupplier bypassed;

	private boolean missing;

	/**
	 * Create a verifier.
	 * @param context the context to verify
	 * @param bypassed whether guarded methods run without approval
	 */
	public MissingGuardVerifier(ConfigurableApplicationContext context, BooleanSupplier bypassed) {
		this.context = context;
		this.bypassed = bypassed;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.missing = !UnguardedContext.isGuarded(this.context);
		if (this.missing && !this.bypassed.getAsBoolean()) {
			new UnguardedContext(this.context).watch();
		}
	}

	/**
	 * Verify all beans, including those that have not been created yet.
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (!this.missing || event.getApplicationContext() != this.context) {
			return;
		}
		try {
			new UnguardedContext(this.context).verify();
		}
		catch (UnguardableMethodException ex) {
			if (!this.bypassed.getAsBoolean()) {
				throw ex;
			}
			logger
				.warn("Guarded methods run WITHOUT approval, since 'airlock.gateway.approval.mode' is 'bypass' and the "
						+ "context has no guard");
		}
	}

}
