package io.airlockapp.gateway.jpa;

import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;
import org.springframework.orm.jpa.support.OpenEntityManagerInViewFilter;
import org.springframework.orm.jpa.support.OpenEntityManagerInViewInterceptor;
import org.springframework.orm.jpa.vendor.HibernateJpaDialect;

/**
 * Logs a WARN at start if there is an open session in view whose connection can't be
 * released while a person decides.
 */
public final class OpenInViewWarning implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(OpenInViewWarning.class);

	private static final String HANDLING_MODE = "hibernate.connection.handling_mode";

	private final ListableBeanFactory beanFactory;

	/**
	 * Create the check.
	 * @param beanFactory has the session in view and its factory
	 */
	public OpenInViewWarning(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (isPresent(OpenEntityManagerInViewInterceptor.class) || isPresent(OpenEntityManagerInViewFilter.class)) {
			this.beanFactory.getBeanProvider(AbstractEntityManagerFactoryBean.class, false)
				.forEach(OpenInViewWarning::check);
		}
	}

	private boolean isPresent(Class<?> type) {
		return this.beanFactory.getBeanNamesForType(type, true, false).length > 0;
	}

	private static void check(AbstractEntityManagerFactoryBean factory) {
		if (!(factory.getJpaDialect() instanceof HibernateJpaDialect)) {
			logger.warn("A request may keep its database connection while a person decides, since "
					+ "'spring.jpa.open-in-view' is on and the JPA provider is not Hibernate, the only one whose "
					+ "connections are released: set it to 'false'");
			return;
		}
		// Not the factory itself, which may still be starting in another thread
		Object mode = factory.getJpaPropertyMap().get(HANDLING_MODE);
		if (mode != null && mode.toString().trim().toUpperCase(Locale.ROOT).startsWith("IMMEDIATE")) {
			logger.warn(("Each request keeps a database connection while a person decides, since "
					+ "'spring.jpa.open-in-view' is on and '%s' is '%s': set the former to 'false', or the latter to "
					+ "'DELAYED_ACQUISITION_AND_HOLD', which is Spring's default")
				.formatted(HANDLING_MODE, mode));
		}
	}

}
