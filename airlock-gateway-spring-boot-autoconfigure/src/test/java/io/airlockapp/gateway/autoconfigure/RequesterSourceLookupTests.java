/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.UUID;
import java.util.function.BiConsumer;

import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the lookup of the source of requesters.
 */
class RequesterSourceLookupTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class));

	@Test
	void findWithoutSourceReturnsNull() {
		run(this.contextRunner, (first, second) -> assertThat(first).isNull());
	}

	@Test
	void findsASingleton() {
		run(withSource(BeanDefinition.SCOPE_SINGLETON),
				(first, second) -> assertThat(second).isEqualTo(first).isNotNull());
	}

	@Test
	void findsASourceOfANarrowerScopeEachTime() {
		run(withSource(BeanDefinition.SCOPE_PROTOTYPE), (first, second) -> assertThat(second).isNotEqualTo(first));
	}

	private ApplicationContextRunner withSource(String scope) {
		return this.contextRunner.withBean(RequesterSource.class, NamedSource::new,
				(definition) -> definition.setScope(scope));
	}

	private void run(ApplicationContextRunner runner, BiConsumer<@Nullable String, @Nullable String> verification) {
		runner.run((context) -> {
			ApprovalDependencies dependencies = context.getBean("airlockApprovalDependencies",
					ApprovalDependencies.class);
			verification.accept(dependencies.requester().get(), dependencies.requester().get());
		});
	}

	private record NamedSource(String name) implements RequesterSource {

		NamedSource() {
			this(UUID.randomUUID().toString());
		}

		@Override
		public String findRequester() {
			return this.name;
		}

	}

}
