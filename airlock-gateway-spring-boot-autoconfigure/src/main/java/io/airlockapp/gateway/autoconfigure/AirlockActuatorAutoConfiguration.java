/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayAvailability;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.audit.ApprovalAuditor;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Mode;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.auth.UserLogin;
import io.airlockapp.gateway.endpoint.AirlockEndpoint;
import io.airlockapp.gateway.endpoint.DurableOperations;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.health.AirlockGatewayHealthIndicator;
import io.airlockapp.gateway.health.MissingApprovers;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.support.Ticker;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.listener.AbstractAuditListener;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for Spring Boot's actuator: health, the {@link AirlockEndpoint},
 * audit events, and the sanitization of secrets.
 */
@AutoConfiguration(
		after = { AirlockGatewayAutoConfiguration.class, AirlockConsentAutoConfiguration.class,
				AirlockDeviceLoginAutoConfiguration.class, AirlockDndAutoConfiguration.class,
				AirlockPairingAutoConfiguration.class, AirlockPresenceAutoConfiguration.class },
		afterName = "org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration")
public final class AirlockActuatorAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	@ConditionalOnBean({ AirlockGatewayOperations.class, AirlockGatewayConnectionDetails.class, PairingSource.class,
			GatewayAvailability.class, Halt.class })
	@ConditionalOnEnabledHealthIndicator("airlock-gateway")
	@EnableConfigurationProperties(AirlockGatewayProperties.class)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean
		static MissingApprovers airlockMissingApprovers(ObjectProvider<PairingSource> pairingSource,
				ObjectProvider<ApproverGroups> groups) {
			return new MissingApprovers(pairingSource::getObject, groups.getIfAvailable(ApproverGroups::none));
		}

		@Bean
		@ConditionalOnMissingBean(name = { "airlockGatewayHealthIndicator", "airlockGatewayHealthContributor" })
		AirlockGatewayHealthIndicator airlockGatewayHealthContributor(AirlockGatewayOperations gateway,
				AirlockGatewayConnectionDetails connectionDetails, PairingSource pairingSource,
				ObjectProvider<AccessTokenSource> tokens, ObjectProvider<ConsentCheck> consent,
				ObjectProvider<PresenceHeartbeat> heartbeat, GatewayAvailability availability, Halt halt,
				MissingApprovers missingApprovers, AirlockGatewayProperties properties) {
			AccessTokenSource source = tokens.getIfAvailable();
			boolean configured = !connectionDetails.getCredentials().isEmpty() || source != null;
			return new AirlockGatewayHealthIndicator(gateway, pairingSource, configured,
					source != null && source.isPerUser(),
					consent.getIfAvailable(() -> new ConsentCheck(gateway,
							(source != null) ? source::findUserKey : () -> null, Ticker.system())),
					heartbeat.getIfAvailable(), availability, halt, properties.approval().mode() == Mode.BYPASS,
					InstantSource.system(), Ticker.system(), missingApprovers);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnAvailableEndpoint(AirlockEndpoint.class)
	@ConditionalOnBean({ AirlockGatewayConnectionDetails.class, AirlockGatewayOperations.class, Enforcer.class,
			PairingManager.class, PendingApprovals.class, Halt.class })
	@EnableConfigurationProperties(AirlockGatewayProperties.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		AirlockEndpoint airlockEndpoint(Enforcer enforcer, AirlockGatewayConnectionDetails connectionDetails,
				PairingManager pairings, PendingApprovals pending, Halt halt,
				ObjectProvider<PresenceHeartbeat> heartbeat, ObjectProvider<DoNotDisturb> doNotDisturb,
				ObjectProvider<UserLogin> login, ObjectProvider<AccessTokenSource> tokens,
				ObjectProvider<DurableOperations> durable, ObjectProvider<ApproverGroups> groups,
				ObjectProvider<PairingSource> pairingSource, AirlockGatewayProperties properties,
				ObjectProvider<ApprovalAuditor> auditor) {
			AccessTokenSource source = tokens.getIfAvailable();
			String identity = connectionDetails.getCredentials().describe((source != null) ? source.describe() : null);
			return new AirlockEndpoint(enforcer, identity.isEmpty() ? null : identity, pairings,
					() -> groups.getIfAvailable(ApproverGroups::none).getStates(pairingSource.getObject()), pending,
					halt, properties.approval().mode() == Mode.BYPASS, heartbeat.getIfAvailable(),
					doNotDisturb.getIfAvailable(), login.getIfAvailable(), durable.getIfAvailable(),
					(operator, operation) -> auditor.ifAvailable((present) -> present.operated(operator, operation)),
					InstantSource.system());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AbstractAuditListener.class)
	@ConditionalOnBean(AbstractAuditListener.class)
	@EnableConfigurationProperties(AirlockGatewayProperties.class)
	static class AuditConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ApprovalAuditor airlockApprovalAuditor(ApplicationEventPublisher publisher, ObjectProvider<Enforcer> enforcer,
				Environment environment, AirlockGatewayProperties properties) {
			Enforcer present = enforcer.getIfAvailable();
			String principal = (present != null) ? present.id()
					: environment.getProperty("spring.application.name", AirlockGatewayAutoConfiguration.DEFAULT_NAME);
			return new ApprovalAuditor(publisher, principal, properties.audit().evidence());
		}

	}

}
