/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.InvalidApprovalUsageException
import io.airlockapp.gateway.approval.ApprovalGate
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import io.airlockapp.gateway.approval.UnguardableMethodException
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.springframework.beans.BeanUtils
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import kotlin.properties.Delegates
import java.util.function.Supplier

/**
 * Tests for guarded functions that their own object calls. On an object that Spring
 * creates, they are denied; with any other object, the application does not start.
 */
class KotlinSelfCallsTests {

	private val contextRunner = ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration::class.java))
		.withBean(ApprovalGate::class.java, Supplier { ApprovalGate { } })

	@BeforeEach
	fun forget() = ran.clear()

	@ParameterizedTest
	@ValueSource(classes = [Suspending::class, StoredReference::class, Launching::class, Flowing::class,
		MappingAFlow::class, Yielding::class, Delegating::class, WithReceiver::class, GivenToItsCompanion::class,
		WithExtension::class, OfAnInterface::class, WithDefaultArgument::class, WithSyntheticFunction::class])
	fun callOfTheObjectItselfIsDenied(type: Class<out Refunds>) {
		contextRunner.withBean(type).run { context ->
			assertThat(context).hasNotFailed()
			assertThatThrownBy { context.getBean(type).attempt() }
				.isInstanceOf(InvalidApprovalUsageException::class.java)
				.hasMessageContaining("on the object itself")
			assertThat(ran).isEmpty()
			context.getBean(type).refund("bean")
			assertThat(ran).containsExactly("bean")
		}
	}

	@ParameterizedTest
	@ValueSource(classes = [Suspending::class, StoredReference::class, Launching::class, Flowing::class,
		MappingAFlow::class, Yielding::class, Delegating::class, WithReceiver::class, GivenToItsCompanion::class,
		OfAnInterface::class, WithDefaultArgument::class, WithSyntheticFunction::class])
	fun callOfTheObjectItselfPreventsTheStart(type: Class<out Refunds>) {
		created(type).run { context ->
			assertThat(context.startupFailure).rootCause()
				.isInstanceOf(UnguardableMethodException::class.java)
				.hasMessageContaining("on the object itself (this)")
		}
	}

	private fun <T : Any> created(type: Class<T>) =
		contextRunner.withBean(type, Supplier { BeanUtils.instantiateClass(type) })

	@ParameterizedTest
	@ValueSource(classes = [OnItsBean::class])
	fun callOfTheBeanNeedsALock(type: Class<*>) {
		contextRunner.withBean(type).run { context -> assertThat(context).hasNotFailed() }
		created(type).run { context ->
			assertThat(context.startupFailure).rootCause()
				.isInstanceOf(UnguardableMethodException::class.java)
				.hasMessageContaining("on the object itself (this)")
		}
	}

	@ParameterizedTest
	@ValueSource(classes = [WithCompanion::class])
	fun functionOfACompanionPreventsTheStart(type: Class<*>) {
		contextRunner.withBean(type).run { context ->
			assertThat(context.startupFailure).rootCause()
				.isInstanceOf(UnguardableMethodException::class.java)
				.hasMessageContaining("companion")
		}
	}

	@ParameterizedTest
	@ValueSource(classes = [BesideAFunction::class])
	fun topLevelFunctionPreventsTheStart(type: Class<*>) {
		contextRunner.withBean(type).run { context ->
			assertThat(context.startupFailure).rootCause()
				.isInstanceOf(UnguardableMethodException::class.java)
				.hasMessageContaining("topLevel requires approval")
		}
	}

	@ParameterizedTest
	@ValueSource(classes = [WithDefaultFunction::class])
	fun codeThatKotlinGeneratesIsNoCall(type: Class<out Any>) {
		contextRunner.withBean(type).run { context -> assertThat(context).hasNotFailed() }
		created(type).run { context -> assertThat(context).hasNotFailed() }
	}

	interface DefaultRefunds {

		@RequiresAirlockApproval
		fun refund(order: String) = order

	}

	open class WithDefaultFunction : DefaultRefunds

	abstract class Refunds {

		@RequiresAirlockApproval
		open fun refund(order: String): String {
			ran.add(order)
			return order
		}

		abstract fun attempt()

	}

	open class WithSyntheticFunction : Refunds() {

		@JvmSynthetic
		@RequiresAirlockApproval
		open fun hidden() {
			ran.add("hidden")
		}

		override fun attempt() = hidden()

	}

	open class Suspending : Refunds() {

		open suspend fun later() {
			delay(1)
			refund("suspend")
		}

		override fun attempt() = runBlocking { later() }

	}

	open class StoredReference : Refunds() {

		private val reference = ::refund

		override fun attempt() {
			reference("reference")
		}

	}

	open class Launching : Refunds() {

		override fun attempt() {
			runBlocking { launch { refund("launch") } }
		}

	}

	open class Flowing : Refunds() {

		override fun attempt() {
			runBlocking { flow { emit(refund("flow")) }.toList() }
		}

	}

	open class MappingAFlow : Refunds() {

		override fun attempt() {
			runBlocking { flowOf("map").map { refund(it) }.toList() }
		}

	}

	open class Yielding : Refunds() {

		override fun attempt() {
			sequence { yield(refund("yield")) }.toList()
		}

	}

	open class Delegating : Refunds() {

		private var observed: String by Delegates.observable("") { _, _, new -> refund(new) }

		override fun attempt() {
			observed = "observed"
		}

	}

	open class WithReceiver : Refunds() {

		private fun each(block: WithReceiver.() -> Unit) = block()

		override fun attempt() = each { refund("receiver") }

	}

	open class GivenToItsCompanion : Refunds() {

		override fun attempt() = help(this)

		companion object {

			fun help(refunds: GivenToItsCompanion) {
				refunds.refund("companion")
			}

		}

	}

	open class WithExtension : Refunds() {

		override fun attempt() {
			extended()
		}

	}

	interface Retrying {

		fun refund(order: String): String

		fun all() {
			refund("interface")
		}

	}

	open class OfAnInterface : Refunds(), Retrying {

		override fun attempt() = all()

	}

	open class WithDefaultArgument : Refunds() {

		@RequiresAirlockApproval
		open fun cancel(order: String, count: Int = 1) = ran.add(order + count)

		override fun attempt() {
			cancel("default")
		}

	}

	open class OnItsBean {

		private lateinit var self: OnItsBean

		@RequiresAirlockApproval
		open fun refund(order: String, count: Int = 1) = order + count

		open fun attempt() = self.refund("bean")

	}

	open class WithCompanion {

		open fun refund() = refundAll()

		companion object {

			@RequiresAirlockApproval
			fun refundAll() = ran.add("companion")

		}

	}

	companion object {

		val ran = mutableListOf<String>()

	}

}

private fun KotlinSelfCallsTests.Refunds.extended() = refund("extension")
