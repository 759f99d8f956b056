/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the mix-ins of each {@link ObjectMapper} bean hide what is shown.
 */
class JsonMapperMixInsTests {

	private final List<String> shown = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> this.shown.add(call.toRequest().getCommandText()))
		.withBean(Desk.class);

	@ParameterizedTest
	@ValueSource(classes = { One.class, Two.class, AnotherIsPrimary.class, NotDefault.class, NotInjected.class,
			LazyAndWide.class })
	void mixInsOfEachMapperHide(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			context.getBean(Desk.class).pay(new Card("4111", "Ann"));
			assertThat(this.shown).containsExactly("Desk.pay(card={pan=•••, holder=Ann})");
		});
	}

	private static JsonMapper mapper() {
		return JsonMapper.builder().addMixIn(Card.class, CardMixIn.class).build();
	}

	static class Desk {

		@RequiresAirlockApproval
		public void pay(Card card) {
		}

	}

	record Card(String pan, String holder) {
	}

	interface CardMixIn {

		@JsonIgnore
		String pan();

	}

	@Configuration(proxyBeanMethods = false)
	static class One {

		@Bean
		JsonMapper web() {
			return mapper();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Two extends One {

		@Bean
		JsonMapper partner() {
			return mapper();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NotDefault {

		@Bean
		JsonMapper plain() {
			return new JsonMapper();
		}

		@Bean(defaultCandidate = false)
		JsonMapper partner() {
			return mapper();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NotInjected {

		@Bean(autowireCandidate = false)
		JsonMapper partner() {
			return mapper();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyAndWide {

		@Bean
		@Lazy
		ObjectMapper partner() {
			return mapper();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnotherIsPrimary extends One {

		@Bean
		@Primary
		JsonMapper plain() {
			return new JsonMapper();
		}

	}

}
