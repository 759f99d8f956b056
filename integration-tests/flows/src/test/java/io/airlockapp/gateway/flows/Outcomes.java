/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockObservationAutoConfiguration;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Collects the outcomes of approvals from audit and metrics.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ AirlockActuatorAutoConfiguration.class, AirlockObservationAutoConfiguration.class,
		AuditAutoConfiguration.class, MetricsAutoConfiguration.class, ObservationAutoConfiguration.class })
class Outcomes {

	private final List<AuditEvent> events = new CopyOnWriteArrayList<>();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	@Bean
	SimpleMeterRegistry meterRegistry() {
		return this.meters;
	}

	@Bean
	AuditEventRepository auditEventRepository() {
		return new InMemoryAuditEventRepository();
	}

	@EventListener
	void record(AuditApplicationEvent event) {
		this.events.add(event.getAuditEvent());
	}

	void reset() {
		this.events.clear();
		this.meters.clear();
	}

	/**
	 * Assert that so many approvals, and no others, have ended since the last reset.
	 */
	void assertOnly(int count, ApprovalResult result) {
		assertThat(this.events).hasSize(count)
			.allSatisfy((event) -> assertThat(event.getType()).isEqualTo("AIRLOCK_" + result));
		assertThat(this.meters.find("airlock.approval").timers()).singleElement().satisfies((timer) -> {
			assertThat(timer.getId().getTag("outcome")).isEqualTo(result.name().toLowerCase(Locale.ROOT));
			assertThat(timer).extracting(Timer::count).isEqualTo((long) count);
		});
	}

}
