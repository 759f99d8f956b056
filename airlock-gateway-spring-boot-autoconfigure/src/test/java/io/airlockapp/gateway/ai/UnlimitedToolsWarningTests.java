package io.airlockapp.gateway.ai;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.tool.annotation.Tool;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnlimitedToolsWarning}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnlimitedToolsWarningTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withUserConfiguration(Warning.class);

	@ParameterizedTest
	@ValueSource(classes = { GuardedTool.class, GuardedTools.class })
	void warnsOnceOfAGuardedToolWithoutLimits(Class<?> type, CapturedOutput output) {
		this.contextRunner.withBean("first", type).withBean("second", type).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output.toString().lines().filter((line) -> line.contains(" WARN "))).singleElement()
				.asString()
				.contains(type.getSimpleName() + ".refund", "airlock.gateway.approval.limits.pending-per-gate=5");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "limits.duplicates=refuse", "limits.pending-per-requester=3", "pause.after=5" })
	void isSilentWithALimit(String limit, CapturedOutput output) {
		this.contextRunner.withBean(GuardedTool.class)
			.withPropertyValues("airlock.gateway.approval." + limit)
			.run((context) -> assertThat(output).doesNotContain(" WARN "));
	}

	@Test
	void isSilentWithoutAGuardedTool(CapturedOutput output) {
		this.contextRunner.withBean(Mixed.class).run((context) -> assertThat(output).doesNotContain(" WARN "));
	}

	@Configuration(proxyBeanMethods = false)
	static class Warning {

		@Bean
		static UnlimitedToolsWarning warning(ConfigurableListableBeanFactory beanFactory, Environment environment) {
			return new UnlimitedToolsWarning(beanFactory, environment);
		}

	}

	static class GuardedTool {

		@Tool
		@RequiresAirlockApproval
		String refund() {
			return "refunded";
		}

	}

	@RequiresAirlockApproval
	static class GuardedTools {

		@Tool
		String refund() {
			return "refunded";
		}

	}

	static class Mixed {

		@Tool
		String look() {
			return "looked";
		}

		@RequiresAirlockApproval
		String refund() {
			return "refunded";
		}

	}

}
