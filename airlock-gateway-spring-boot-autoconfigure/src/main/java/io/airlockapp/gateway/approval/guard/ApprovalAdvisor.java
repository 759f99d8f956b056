/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Causes;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.function.SingletonSupplier;

/**
 * Guards the methods with {@link RequiresAirlockApproval}. Its order places it inside
 * authorization, so that approval is not requested for calls that the caller is not
 * authorized to make, and outside transactions, so that none stays open while a person
 * decides.
 */
public final class ApprovalAdvisor extends StaticMethodMatcherPointcutAdvisor {

	/**
	 * The default order: after Spring Security's interceptors for {@code @PreAuthorize},
	 * {@code @Secured} and JSR-250, before those for results, and before transactions.
	 */
	public static final int DEFAULT_ORDER = 420;

	private static final Log logger = LogFactory.getLog(ApprovalAdvisor.class);

	private static final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final transient ApprovalAttributeSource attributes;

	/**
	 * Create an advisor.
	 * @param beanFactory the factory that resolves beans in conditions
	 * @param placeholders the resolver of placeholders in attributes of the annotation
	 * @param snapshotWriter the writer of the arguments
	 * @param gate the gate that authorizes calls
	 * @param denialHandler the handler of denied calls
	 * @param publisher the publisher of the denials of the guard itself
	 * @param threads the executor of calls that do not block their caller
	 * @param requesterSource the source of the requester of a call; supplies {@code null}
	 * if there is none
	 * @param durableCalls the recorder of calls of durable methods; supplies {@code null}
	 * if these wait like others
	 * @param halt the switch that halts all calls
	 */
	public ApprovalAdvisor(BeanFactory beanFactory, PropertyResolver placeholders,
			Supplier<SnapshotWriter> snapshotWriter, Supplier<ApprovalGate> gate,
			Supplier<ApprovalDenialHandler> denialHandler, Supplier<DenialPublisher> publisher,
			Supplier<ApprovalTaskExecutor> threads, Supplier<@Nullable RequesterSource> requesterSource,
			Supplier<@Nullable DurableCalls> durableCalls, Supplier<Halt> halt) {
		this.attributes = new ApprovalAttributeSource(placeholders);
		Supplier<SnapshotWriter> writer = lookup(snapshotWriter);
		GuardedInvocationExecutor guard = new GuardedInvocationExecutor(beanFactory, writer, lookup(gate),
				lookup(denialHandler), lookup(publisher), lookup(durableCalls), lookup(halt));
		setAdvice(new ApprovalMethodInterceptor(this.attributes, guard, lookup(threads), requesterSource));
		setClassFilter(GuardedMethods::mayGuard);
		setOrder(DEFAULT_ORDER);
	}

	/**
	 * Look a collaborator up once. It can fail if a bean of the application does, or if
	 * the application was closed before.
	 */
	private static <T> Supplier<T> lookup(Supplier<T> supplier) {
		return SingletonSupplier.of(() -> {
			try {
				return supplier.get();
			}
			catch (BeansException ex) {
				String name = (ex instanceof BeanCreationException creation) ? creation.getBeanName() : null;
				String message = "A guarded method does not run, because %s cannot be created, or the application was closed: %s"
					.formatted((name != null) ? "the bean '" + name + "'" : "a bean of the guard",
							Causes.of(ex)
								.stream()
								.filter(AirlockConfigurationException.class::isInstance)
								.findFirst()
								.map(Throwable::getMessage)
								.orElseGet(() -> AirlockGatewayException.safeMessage(ex)));
				warnings.warn(message);
				// Its messages can contain secrets
				logger.debug("A bean of the guard cannot be created", ex);
				throw new ApprovalUnavailableException(message, null, ex);
			}
		});
	}

	/**
	 * Return the attributes of the guarded methods.
	 * @return the attributes
	 */
	public ApprovalAttributeSource attributes() {
		return this.attributes;
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			// Placeholders are resolved only where the application runs
			return ApprovalAttributeSource.requiresApproval(method, targetClass);
		}
		return this.attributes.find(method, targetClass) != null;
	}

}
