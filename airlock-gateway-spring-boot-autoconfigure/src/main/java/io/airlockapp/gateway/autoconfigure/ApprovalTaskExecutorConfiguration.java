/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.function.Supplier;

import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.security.SecurityContextTaskDecorator;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.jpa.SessionConnectionReleaser;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.system.JavaVersion;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Configuration for the threads that wait for approvals, shared by the client and the
 * guard.
 */
@Configuration(proxyBeanMethods = false)
class ApprovalTaskExecutorConfiguration {

	private static final String SECURITY = "org.springframework.security.core.context.SecurityContextHolder";

	static final String CONTEXT_PROPAGATION = "io.micrometer.context.ContextSnapshotFactory";

	@Bean
	@ConditionalOnMissingBean
	ApprovalTaskExecutor airlockApprovalThreads(ObjectProvider<AccessTokenSource> tokens,
			ObjectProvider<SessionConnectionReleaser> connections) {
		// Resolve the source lazily, since it sends requests itself
		Supplier<AccessTokenSource> source = SingletonSupplier
			.of(() -> tokens.getIfAvailable(() -> AccessTokenSource.of(null)));
		TaskDecorator context = ClassUtils.isPresent(CONTEXT_PROPAGATION, null) ? new ContextPropagatingTaskDecorator()
				: (task) -> task;
		// Also without context propagation, since the authorization of a guarded method
		// is in its chain
		TaskDecorator user = ClassUtils.isPresent(SECURITY, null) ? new SecurityContextTaskDecorator() : (task) -> task;
		SessionConnectionReleaser connectionReleaser = connections.getIfAvailable();
		Runnable releaser = (connectionReleaser != null) ? connectionReleaser::release : () -> {
		};
		// Also without spring.threads.virtual.enabled, since these threads only wait
		boolean virtual = JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE);
		return new ApprovalTaskExecutor(virtual, (task) -> {
			// Release connections in the caller's thread, whose request may last as long
			// as the wait
			releaser.run();
			return source.get().bindToUser(context.decorate(user.decorate(task)));
		});
	}

}
