/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.verify;

/**
 * Tests that users' tests can replace guarded beans by mocks.
 */
@SpringBootTest
class MocksTests {

	@MockitoBean
	private Refunds refunds;

	@MockitoSpyBean
	private Payouts payouts;

	@Autowired
	private Vault vault;

	@Test
	void mockAnswersWithoutApproval() {
		given(this.refunds.refund()).willReturn("mocked");
		assertThat(this.refunds.refund()).isEqualTo("mocked");
		verify(this.refunds).refund();
	}

	@Test
	void spyIsGuarded() {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this.payouts::payOut);
	}

	@Test
	void otherBeansStayGuarded() {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this.vault::open);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Refunds.class, Payouts.class, Vault.class })
	static class Application {

	}

	static class Refunds {

		@RequiresAirlockApproval
		public String refund() {
			return "refunded";
		}

	}

	static class Payouts {

		@RequiresAirlockApproval
		public String payOut() {
			return "paid out";
		}

	}

	static class Vault {

		@RequiresAirlockApproval
		public String open() {
			return "open";
		}

	}

}
