/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import io.airlockapp.gateway.durable.DurableApprovals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link MissingDurableApprovalsFailureAnalyzer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingDurableApprovalsFailureAnalyzerTests {

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.enabled=false", "airlock.gateway.enabled=yes",
			"airlock.gateway.durable.enabled=false" })
	void startWithoutDurableApprovalsNamesTheProperty(String property, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("--" + property));
		assertThat(output)
			.contains("because '%s' is not 'true'".formatted(property.substring(0, property.indexOf('='))),
					"ObjectProvider<DurableApprovals>")
			.doesNotContain("Consider defining");
	}

	@Test
	void startWhenNoPropertyDisablesDurableApprovalsIsDescribedBySpring(CapturedOutput output) {
		assertThatException().isThrownBy(this::start);
		assertThat(output).contains("Consider defining a bean");
	}

	private void start(String... arguments) {
		SpringApplication.run(Application.class, arguments);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Object job(DurableApprovals approvals) {
			return approvals;
		}

	}

}
