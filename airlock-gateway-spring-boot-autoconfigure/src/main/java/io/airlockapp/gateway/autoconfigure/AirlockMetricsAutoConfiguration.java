package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.observation.ApprovalMetrics;
import io.airlockapp.gateway.observation.DecisionTimeBuckets;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for meters of approvals and of the heartbeat.
 */
@AutoConfiguration(after = { AirlockGatewayAutoConfiguration.class, AirlockPresenceAutoConfiguration.class,
		CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MeterRegistry.class, PendingApprovals.class })
public final class AirlockMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ApprovalMetrics airlockApprovalMetrics(PendingApprovals pending, ObjectProvider<PresenceHeartbeat> heartbeat) {
		return new ApprovalMetrics(pending, heartbeat.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean
	static DecisionTimeBuckets airlockDecisionTimeBuckets() {
		return new DecisionTimeBuckets();
	}

}
