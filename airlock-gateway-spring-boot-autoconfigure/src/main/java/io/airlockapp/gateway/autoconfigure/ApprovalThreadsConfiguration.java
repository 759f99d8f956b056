package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.ApprovalThreads;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.util.ClassUtils;

/**
 * Makes the threads that wait for approvals, for the client as well as for the guard.
 */
@Configuration(proxyBeanMethods = false)
class ApprovalThreadsConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ApprovalThreads airlockApprovalThreads(Environment environment) {
		boolean propagates = ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory", null);
		return new ApprovalThreads(Threading.VIRTUAL.isActive(environment),
				propagates ? new ContextPropagatingTaskDecorator() : null);
	}

}
