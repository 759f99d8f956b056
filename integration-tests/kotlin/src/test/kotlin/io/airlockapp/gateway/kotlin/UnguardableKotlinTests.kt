/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.approval.AirlockOmitted
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import io.airlockapp.gateway.approval.UnguardableMethodException
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.Arguments
import org.junit.jupiter.params.provider.Arguments.arguments
import org.junit.jupiter.params.provider.MethodSource
import org.junit.jupiter.params.provider.ValueSource
import org.springframework.beans.factory.config.BeanDefinitionCustomizer
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.context.support.GenericApplicationContext
import org.springframework.core.BridgeMethodResolver
import java.lang.reflect.Proxy
import kotlin.coroutines.Continuation
import kotlin.time.Duration

/**
 * Tests that functions that cannot be guarded are refused at start, with the remedy.
 */
class UnguardableKotlinTests {

	private val contextRunner = ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration::class.java))

	@ParameterizedTest
	@ValueSource(classes = [UnsignedProperty::class, UnsignedField::class])
	fun unsignedNumberIsNotTakenForANegativeOne(type: Class<*>) {
		contextRunner.withBean(type).run { context ->
			assertThat(context.startupFailure).hasStackTraceContaining(".amount' is not shown to the approver")
		}
	}

	@ParameterizedTest
	@MethodSource("beans")
	fun beanWithUnguardableFunctionFailsStart(type: Class<*>, message: String) {
		contextRunner.withBean(type).run { context ->
			assertThat(context.startupFailure).rootCause()
				.isInstanceOf(UnguardableMethodException::class.java)
				.hasMessageContaining(message)
		}
	}

	@ParameterizedTest
	@ValueSource(classes = [UnsignedHandler::class, AbsentHandler::class])
	fun bridgeMethodThatSpringCachedFailsStart(type: Class<*>) {
		// Reflection returns copies, of which Spring remembers the first
		type.methods.forEach { method -> BridgeMethodResolver.findBridgedMethod(method) }
		for (customizer in listOf(BeanDefinitionCustomizer { it.scope = "prototype" },
				BeanDefinitionCustomizer { it.isLazyInit = true })) {
			contextRunner.withInitializer { (it as GenericApplicationContext).registerBean(type, customizer) }
				.run { context ->
					val failure = context.startupFailure ?: catchThrowable { context.getBean(type) }
					assertThat(failure).hasStackTraceContaining("handle(Object) calls a method without the annotation")
				}
		}
	}

	@Test
	fun proxyWithAValueClassAsTypeArgumentDoesNotStart() {
		val proxy = Proxy.newProxyInstance(PinHandler::class.java.classLoader, arrayOf(PinHandler::class.java)) { _, _, _ ->
			"handled"
		}
		contextRunner.withBean("handler", PinHandler::class.java, { proxy as PinHandler }).run { context ->
			assertThat(context.startupFailure).rootCause()
				.isInstanceOf(UnguardableMethodException::class.java)
				.hasMessageContaining("it takes or returns a Kotlin value class")
		}
	}

	@Test
	fun builtCollectionOfGuardedObjectsDoesNotStart() {
		for (handlers in listOf(buildMap { put("a", Guarded()) }, buildList { add(Guarded()) })) {
			contextRunner.withBean("handlers", Any::class.java, { handlers }).run { context ->
				assertThat(context.startupFailure).rootCause()
					.isInstanceOf(UnguardableMethodException::class.java)
					.hasMessageContaining("Bean 'handlers' contains an object that requires approval")
			}
		}
	}

	open class Guarded {

		@RequiresAirlockApproval("Pay")
		open fun pay() = Unit

	}

	class Closed {

		@RequiresAirlockApproval("Pay")
		fun pay() = Unit

	}

	open class ClosedSynthetic {

		@JvmSynthetic
		@RequiresAirlockApproval("Pay")
		fun pay() = Unit

	}

	@RequiresAirlockApproval("Pay")
	open class ClosedSyntheticOfType {

		@JvmSynthetic
		fun pay() = Unit

	}

	open class Suspending {

		@RequiresAirlockApproval("Pay")
		open suspend fun pay(): Flow<String> = flowOf("A-17")

	}

	open class ReturningSequence {

		@RequiresAirlockApproval("Pay")
		open fun pay() = sequence { yield("A-17") }

	}

	open class ReturningFunction {

		@RequiresAirlockApproval("Pay")
		open fun pay(): () -> String = { "A-17" }

	}

	open class ReturningSuspendingFunction {

		@RequiresAirlockApproval("Pay")
		open fun pay(): suspend () -> String = { "A-17" }

	}

	open class TakingContinuation {

		@RequiresAirlockApproval("Pay")
		open fun pay(order: String, continuation: Continuation<String>) = order + continuation

	}

	open class TakingUnsigned {

		@RequiresAirlockApproval("Pay", condition = "#amount > 100")
		open fun pay(amount: UInt) = amount.toLong()

	}

	open class TakingDuration {

		@RequiresAirlockApproval("Wait")
		open fun await(duration: Duration?) = duration.toString()

	}

	open class UnsignedProperty {

		@RequiresAirlockApproval(condition = "#bill.amount > 100")
		open fun pay(bill: Bill) = bill.toString()

	}

	open class UnsignedField {

		@RequiresAirlockApproval(condition = "#charge.amount > 100")
		open fun charge(charge: Charge) = charge.toString()

	}

	open class TakingPins {

		@RequiresAirlockApproval
		open fun unlock(pins: List<Pin>) = pins.size

	}

	open class TakingPin {

		@RequiresAirlockApproval("Unlock")
		open fun unlock(pin: Pin) = pin.digits.length

	}

	open class WithContextParameter {

		context(tenant: String)
		@RequiresAirlockApproval("Wipe")
		open fun wipe(table: String) = tenant + table

	}

	open class SuspendingWithContextParameter {

		context(tenant: String)
		@RequiresAirlockApproval("Wipe")
		open suspend fun wipe(table: String) = tenant + table

	}

	open class ContinuationWithContextParameter {

		context(tenant: String)
		@RequiresAirlockApproval("Wipe")
		open fun wipe(table: String, continuation: Continuation<String>): Any = tenant + table + continuation

	}

	interface Handler<T> {

		@RequiresAirlockApproval("Handle")
		fun handle(value: T): String

	}

	@RequiresAirlockApproval("Handle")
	interface GuardedHandler<T> {

		fun handle(value: T): String

	}

	interface SuspendingHandler<T> {

		@RequiresAirlockApproval("Handle")
		suspend fun handle(value: T): String

	}

	abstract class AbstractHandler<T> {

		@RequiresAirlockApproval("Handle")
		abstract fun handle(value: T): String

	}

	open class NullableOverload {

		@RequiresAirlockApproval("Pay")
		open fun pay(amount: Int) = amount.toString()

		open fun pay(@AirlockOmitted amount: Int?) = amount.toString()

	}

	interface PinHandler : Handler<Pin> {

		override fun handle(value: Pin): String

	}

	open class UnsignedHandler : Handler<UInt> {

		override fun handle(value: UInt) = value.toString()

	}

	open class AbsentHandler : Handler<Nothing?> {

		override fun handle(value: Nothing?) = value.toString()

	}

	abstract class Creator<T> {

		@RequiresAirlockApproval("Create")
		abstract fun create(): T

	}

	interface CreatorWithBody<T> {

		@RequiresAirlockApproval("Create")
		fun create(): T = throw UnsupportedOperationException()

	}

	abstract class CreatorOfProperty<T> {

		@get:RequiresAirlockApproval("Create")
		abstract val created: T

	}

	open class PinCreator : Creator<Pin>() {

		override fun create() = Pin("0815")

	}

	open class NumberCreator : CreatorWithBody<UInt> {

		override fun create() = 5u

	}

	open class PropertyCreator : CreatorOfProperty<Pin>() {

		override val created: Pin
			get() = Pin("0815")

	}

	open class OverloadedHandler : Handler<Pin> {

		override fun handle(value: Pin) = value.digits

		@RequiresAirlockApproval("Handle")
		open fun handle(amount: Long) = amount.toString()

	}

	open class AbsentInheritingHandler : AbstractHandler<Nothing?>() {

		override fun handle(value: Nothing?) = value.toString()

	}

	open class GuardedUnsignedHandler : GuardedHandler<UInt> {

		override fun handle(value: UInt) = value.toString()

	}

	open class SuspendingUnsignedHandler : SuspendingHandler<UInt> {

		override suspend fun handle(value: UInt) = value.toString()

	}

	open class InheritingUnsignedHandler : AbstractHandler<UInt>() {

		override fun handle(value: UInt) = value.toString()

	}

	@RequiresAirlockApproval
	annotation class Anywhere

	interface WithProperty {

		@Anywhere
		var limit: Long

	}

	open class WithPropertyOfInterface : WithProperty {

		override var limit = 1L

	}

	open class WithPropertyOfClass {

		@Anywhere
		open var limit = 1L

	}

	open class WithPropertyOfConstructor(@Anywhere open var limit: Long = 1)

	open class AmbiguousOverloads<T> {

		@RequiresAirlockApproval
		open fun pay(amount: T) = "$amount"

		@RequiresAirlockApproval
		open fun pay(@AirlockOmitted amount: String) = amount

	}

	open class OfAmbiguousOverloads : AmbiguousOverloads<String>()

	companion object {

		@JvmStatic
		fun beans(): List<Arguments> = listOf(
				arguments(Closed::class.java, "the method is final"),
				arguments(ClosedSynthetic::class.java, "the method is final"),
				arguments(ClosedSyntheticOfType::class.java, "the method is final"),
				arguments(Suspending::class.java, "it is a suspending function"),
				arguments(ReturningSequence::class.java, "whose code could run several times with one approval"),
				arguments(ReturningFunction::class.java, "whose code could run several times with one approval"),
				arguments(ReturningSuspendingFunction::class.java, "whose code could run several times"),
				arguments(TakingContinuation::class.java, "or takes a Continuation, which is not supported"),
				arguments(TakingUnsigned::class.java, "it takes or returns a Kotlin value class"),
				arguments(TakingDuration::class.java, "it takes or returns a Kotlin value class"),
				arguments(TakingPin::class.java, "TakingPin.unlock of bean"),
				arguments(TakingPin::class.java, "it takes or returns a Kotlin value class"),
				arguments(TakingPins::class.java, "its parameter 'pins' contains a io.airlockapp.gateway.kotlin.Pin"),
				arguments(WithContextParameter::class.java, "such as Kotlin's context parameters"),
				arguments(SuspendingWithContextParameter::class.java, "it is a suspending function"),
				arguments(ContinuationWithContextParameter::class.java, "or takes a Continuation, which is not supported"),
				arguments(UnsignedHandler::class.java, "handle(Object) calls a method without the annotation"),
				arguments(GuardedUnsignedHandler::class.java, "requires approval, but cannot be guarded"),
				arguments(OfAmbiguousOverloads::class.java, "it has an overload that differs"),
				arguments(WithPropertyOfInterface::class.java, "where it has no effect"),
				arguments(WithPropertyOfClass::class.java, "where it has no effect"),
				arguments(WithPropertyOfConstructor::class.java, "where it has no effect"),
				arguments(NullableOverload::class.java, "it has an overload that differs only in whether a number can be null"),
				arguments(PinCreator::class.java, "create() calls a method without the annotation"),
				arguments(NumberCreator::class.java, "create() calls a method without the annotation"),
				arguments(PropertyCreator::class.java, "getCreated() calls a method without the annotation"),
				arguments(OverloadedHandler::class.java, "handle(Object) calls a method without the annotation"),
				arguments(AbsentInheritingHandler::class.java, "handle(Object) calls a method without the annotation"),
				arguments(AbsentHandler::class.java, "handle(Object) calls a method without the annotation"),
				arguments(SuspendingUnsignedHandler::class.java, "calls a method without the annotation"),
				arguments(InheritingUnsignedHandler::class.java, "handle(Object) calls a method without the annotation"))

	}

}
