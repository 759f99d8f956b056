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
import static org.mockito.BDDMockito.willReturn;
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

	@MockitoSpyBean
	private Orders orders;

	@Autowired
	private Vault vault;

	@Test
	void mockReturnsStubbedValueWithoutApproval() {
		given(this.refunds.refund()).willReturn("mocked");
		assertThat(this.refunds.refund()).isEqualTo("mocked");
		verify(this.refunds).refund();
	}

	@Test
	void spyIsGuarded() {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this.payouts::payOut);
	}

	@Test
	void spyOfAGenericTypeIsGuarded() {
		assertThat(this.orders.count()).isZero();
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.orders.delete("a"));
		willReturn(7).given(this.orders).count();
		assertThat(this.orders.count()).isEqualTo(7);
	}

	@Test
	void otherBeansStayGuarded() {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this.vault::open);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Refunds.class, Payouts.class, Orders.class, Vault.class })
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

	interface Deleting<T> {

		void delete(T object);

	}

	abstract static class Repository<T> implements Deleting<T> {

		int count() {
			return 0;
		}

	}

	static class Orders extends Repository<String> implements Comparable<String> {

		@Override
		@RequiresAirlockApproval
		public void delete(String order) {
		}

		@Override
		public int compareTo(String other) {
			return 0;
		}

	}

	static class Vault {

		@RequiresAirlockApproval
		public String open() {
			return "open";
		}

	}

}
