/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGateDecorator;
import io.airlockapp.gateway.approval.guard.DenialPublisher;
import io.airlockapp.gateway.approval.guard.PolicyApprovalGate;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.policy.DndAudit;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.policy.EffectivePolicies;
import io.airlockapp.gateway.support.Ticker;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration for do-not-disturb policies.
 */
@AutoConfiguration(after = { AirlockApprovalAutoConfiguration.class, AirlockGatewayAutoConfiguration.class })
@ConditionalOnBean({ AirlockGatewayOperations.class, Enforcer.class, PairingSource.class, ApprovalTaskExecutor.class })
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockDndAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	DoNotDisturb airlockDoNotDisturb(AirlockGatewayProperties properties, AirlockGatewayOperations gateway,
			Enforcer enforcer, PairingSource pairingSource, ApprovalTaskExecutor threads) {
		EffectivePolicies policies = new EffectivePolicies(
				() -> gateway.getEffectivePolicies(enforcer.id(), enforcer.workspaceName(), null),
				pairingSource::isPaired, threads.applicationExecutor(), Ticker.system());
		return new DoNotDisturb(properties.dnd().mode(), policies, enforcer, InstantSource.system());
	}

	/**
	 * Within most decorators of the application, so that an approval by a policy does not
	 * bypass them.
	 */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE + 1)
	@ConditionalOnBean(DenialPublisher.class)
	@ConditionalOnMissingBean(name = "airlockDndGateDecorator")
	ApprovalGateDecorator airlockDndGateDecorator(DoNotDisturb doNotDisturb, AirlockGatewayOperations gateway,
			Enforcer enforcer, PairingSource pairingSource, ApprovalTaskExecutor threads, DenialPublisher publisher,
			AirlockGatewayProperties properties) {
		String artifactType = properties.approval().artifactType();
		return (gate) -> switch (doNotDisturb.getMode()) {
			case OFF -> gate;
			case DENY_ONLY -> new PolicyApprovalGate(gate, doNotDisturb, artifactType, pairingSource, publisher, null);
			case FULL ->
				new PolicyApprovalGate(gate, doNotDisturb, artifactType, pairingSource, publisher, new DndAudit(gateway,
						pairingSource, enforcer, artifactType, threads.executor(), InstantSource.system()));
		};
	}

}
